import { simulate } from "./simulate.ts";
import type { Options } from "./world.ts";

/** One world in a process of its own: told by its first argument, and says by message what became of it. */
const options: Options = JSON.parse(process.argv[2] ?? "");
const outcome = await simulate(options);
// A whole history is long; only one that failed is read.
process.send?.({ ...outcome, history: outcome.violations.length > 0 ? outcome.history : [] });
process.disconnect?.();
