#!/usr/bin/env node
// What forge runs as `solc`: the native compiler cannot be downloaded offline, so solc-js from npm answers in its place.
// Plain JavaScript and executable, because forge spawns it as a program, without tsx.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const require = createRequire(import.meta.url);

if (process.argv.includes("--version")) {
  // Read from package.json: loading the compiler just to ask its version takes half a second.
  process.stdout.write(`solc, the solidity compiler\nVersion: ${require("solc/package.json").version}\n`);
} else {
  process.stdout.write(require("solc").compile(await text(process.stdin)));
}
