import type { Handler } from "hono";

export type Trouble = {
  /** What does not work right now, by what was tried. */
  rpc: ReadonlyMap<string, string>;
  /** Bugs. */
  failures: readonly Error[];
  webhooksGivenUp: number;
};

/** GET /sandbox/health: 200 when all is well, 503 with what is not. Webhooks nobody took are the receiver's trouble, not ours. */
export function showHealth(trouble: () => Trouble): Handler {
  return (c) => {
    const { rpc, failures, webhooksGivenUp } = trouble();
    const isWell = rpc.size === 0 && failures.length === 0;
    const report = {
      ok: isWell,
      rpc: Object.fromEntries(rpc),
      failures: failures.map(({ message }) => message),
      webhooks_given_up: webhooksGivenUp,
    };
    return c.json(report, isWell ? 200 : 503);
  };
}
