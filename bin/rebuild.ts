import { parseArgs } from "node:util";
import { openSystem } from "./reconcile/openSystem.ts";
import { rebuild } from "./reconcile/rebuild.ts";
import { tell } from "./reconcile/tell.ts";

/**
 * `npm run rebuild -- --check`: derives from bank and chain alone, and from what our orders name there, what our books
 * should say, and prints where they say something else. It writes nothing, and no grace is given: what is ordered and not
 * proven yet is told and does not count.
 * Exit code 0: the books say the same. 1: they do not. 2: it could not be read, or `--check` is missing.
 */
async function check(): Promise<0 | 1> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const system = await openSystem(process.env, say);
  try {
    say(`Sistema / system: ${system.is}`);
    const { outside, underWay, differing } = await rebuild(system.reconciler());
    for (const finding of differing) say(tell(finding));
    say(
      `${outside} movimientos afuera; ${underWay.length} ordenados y por comprobar; ${differing.length} diferencias con los libros. / ${outside} movements outside; ${underWay.length} ordered and not proven yet; ${differing.length} differences with the books.`,
    );
    return differing.length > 0 ? 1 : 0;
  } finally {
    await system.close();
  }
}

try {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  if (!values.check) {
    throw new Error(
      "Los libros no se reescriben: npm run rebuild -- --check / The books are not rewritten: npm run rebuild -- --check",
    );
  }
  process.exitCode = await check();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
