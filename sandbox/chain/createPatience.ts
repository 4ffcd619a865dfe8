import { BaseError } from "viem";
import type { Work } from "../work.ts";

/** Patience with an RPC that fails, and what it is waiting for. */
export type Patience = {
  untilItWorks<T>(what: string, attempt: () => Promise<T>): Promise<T>;
  troubles: ReadonlyMap<string, string>;
};

/** A bank does not give up an accepted order because a node is down: it tries again every `pauseMs` and says so in its health. */
export function createPatience(work: Work, pauseMs: number): Patience {
  const troubles = new Map<string, string>();
  return {
    troubles,
    async untilItWorks(what, attempt) {
      for (;;) {
        try {
          const result = await attempt();
          troubles.delete(what);
          return result;
        } catch (error) {
          if (!(error instanceof BaseError)) throw error;
          troubles.set(what, error.shortMessage);
          await work.sleep(pauseMs);
        }
      }
    },
  };
}
