import type { Reactor } from "./reactor.ts";

/** For how long an answer may stand for sends that begin after it was asked for, ms. A pulled switch has a second. */
const SHARED_MS = 50;

/**
 * Lets sends that begin close together share what is asked before each of them: whoever comes within 50 ms of a question has
 * its answer, by both clocks, since a machine that was suspended knows it by the wall's alone. A question that failed is a
 * failure for all who asked with it, and for nobody after.
 */
export function shareAnswer<Answer>(
  { monotonicMs, world }: Pick<Reactor, "monotonicMs" | "world">,
  ask: () => Promise<Answer>,
): () => Promise<Answer> {
  let shared: Readonly<{ at: readonly number[]; answer: Promise<Answer> }> | null = null;
  return () => {
    const at = [monotonicMs(), world.juno.now()];
    // A clock that was set back tells nothing.
    const isFresh = shared?.at.every((askedMs, nth) => {
      const agoMs = (at[nth] ?? Number.NaN) - askedMs;
      return agoMs >= 0 && agoMs <= SHARED_MS;
    });
    if (shared === null || !isFresh) {
      const asked = { at, answer: ask() };
      shared = asked;
      asked.answer.catch(() => {
        if (shared === asked) shared = null;
      });
    }
    return shared.answer;
  };
}
