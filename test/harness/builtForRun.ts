import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { buildProgram } from "../../bin/stack/buildProgram.ts";

/**
 * A program of ours as `buildProgram` makes it, once for the whole run: whoever is the first to need it builds it. Two who are
 * first at once both do, and the second's is left aside. @returns its path.
 */
export async function builtForRun(checkout: string, file: string): Promise<string> {
  const kept = join(inject("programsFolder"), file.replaceAll("/", "-"));
  if (!existsSync(kept)) {
    const own = `${kept}.${randomUUID()}`;
    await buildProgram(checkout, file, own);
    try {
      renameSync(own, kept);
    } catch (error) {
      if (!existsSync(kept)) throw error;
    }
  }
  const program = readdirSync(kept).find((name) => name.endsWith(".mjs"));
  if (program === undefined) throw new Error(`${kept} holds no program.`);
  return join(kept, program);
}
