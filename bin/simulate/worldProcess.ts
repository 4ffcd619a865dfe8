import { simulate } from "./simulate.ts";
import type { Options } from "./world.ts";

/** A process for worlds, one after the other: told of each by a message, and says by another what became of it. */
process.on("message", async (options: Options) => {
  const outcome = await simulate(options);
  // A whole history is long; only one that failed is read.
  process.send?.({ ...outcome, history: outcome.violations.length > 0 ? outcome.history : [] });
});
