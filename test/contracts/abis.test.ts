import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { abisFolder, renderAbis } from "../../bin/contracts/abis.ts";

test("abis/ is what contracts/ compiles to, byte for byte", async () => {
  const rendered = await renderAbis();
  const committed: Record<string, string> = {};
  for (const file of await readdir(abisFolder)) committed[file] = await readFile(`${abisFolder}${file}`, "utf8");
  expect(committed).toEqual(rendered);
});
