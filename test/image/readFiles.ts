import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";

export const checkout = resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(checkout, file), "utf8");

export type Service = Readonly<{
  image: string;
  build?: string;
  command?: readonly string[];
  working_dir?: string;
  environment?: Readonly<Record<string, string>>;
  healthcheck?: Readonly<{ test: readonly string[] }>;
  depends_on?: Readonly<Record<string, unknown>>;
  volumes?: readonly string[];
  restart?: string;
}>;

/** compose.yaml's services, its merges done as Compose does them. */
export const services: Readonly<Record<string, Service>> = parse(read("compose.yaml"), { merge: true }).services;

/** The Dockerfile's instructions, each with its words; `stage` counts the FROMs before it. */
export const instructions = read("Dockerfile")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line, index, all) => {
    const [name = "", ...words] = line.split(/\s+/);
    return { name, words, stage: all.slice(0, index + 1).filter((before) => before.startsWith("FROM ")).length };
  });

/** What the build takes from the checkout: each path as it stands there. */
export const copiedIntoBuild = instructions
  .filter(({ name, words }) => name === "COPY" && !words[0]?.startsWith("--from"))
  .flatMap(({ words }) => words.slice(0, -1));

/** The words of a JSON instruction of the last stage. */
export const lastStage = (wanted: string): readonly string[] =>
  JSON.parse(instructions.findLast(({ name }) => name === wanted)?.words.join(" ") ?? "[]");

/** The paths that .dockerignore lets through. */
export const allowedIntoBuild = read(".dockerignore")
  .split("\n")
  .filter((line) => line.startsWith("!"))
  .map((line) => line.slice(1));

const namesIn = (file: string, pattern: RegExp) => [...read(file).matchAll(pattern)].map(([, name = ""]) => name);

/** What each program of the image reads, by its source. */
export const readBy: Readonly<Record<string, readonly string[]>> = {
  reactor: namesIn("reactor/config.ts", /^ {4}([A-Z][A-Z0-9_]+):/gm),
  tripwire: namesIn("tripwire/config.ts", /^ {2}([A-Z][A-Z0-9_]+):/gm),
  indexer: [
    ...namesIn("ponder.config.ts", /\brequired(?:Address|Addresses)?\("([A-Z0-9_]+)"/g),
    ...namesIn("ponder.config.ts", /process\.env\.([A-Z0-9_]+)/g),
    ...namesIn("bin/image/indexer.ts", /process\.env\.([A-Z0-9_]+)/g),
  ],
  prepare: [
    ...namesIn("bin/image/prepare.ts", /process\.env\.([A-Z0-9_]+)/g),
    ...namesIn("bin/stack/planStack.ts", /\b(POSTGRES_[A-Z]+|DATABASE_URL)\b/g),
  ],
};
