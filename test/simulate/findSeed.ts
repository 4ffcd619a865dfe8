import { simulate } from "../../bin/simulate/simulate.ts";
import { SEEDS } from "./seeds.ts";

/** Finds the first seed, from the second argument on, under which the first argument's bug shows in its world, and only it. */
const [, , bug = "", from = "1"] = process.argv;
const kept = SEEDS[bug];
if (kept === undefined) throw new Error(`"${bug}" is none of: ${Object.keys(SEEDS).join("; ")}.`);
for (let seed = Number(from), found = false; !found; seed++) {
  const world = { ...kept.world, seed };
  const { violations, elapsedMs } = await simulate(world, kept.sabotage);
  const shows = violations.some(({ message }) => kept.message.test(message));
  found = shows && (await simulate(world)).violations.length === 0;
  process.stdout.write(
    `seed ${seed}: ${found ? "found" : shows ? "also without the bug" : "nothing"}, ${elapsedMs} ms\n`,
  );
}
