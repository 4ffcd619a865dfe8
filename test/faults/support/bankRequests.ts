import { z } from "zod";
import { MONEY_CALLS } from "./dialTable.ts";

const log = z.object({
  requests: z.array(
    z.object({ at: z.number(), method: z.string(), path: z.string(), idempotencyKey: z.string().optional() }),
  ),
});

/** The orders to move money as they reached the bank, whatever became of them, oldest first; `at` in unix ms. */
export async function moneyRequests(sandbox: { url: string }) {
  const { requests } = log.parse(await (await fetch(`${sandbox.url}/sandbox/requests`)).json());
  return requests.filter(({ method, path }) =>
    [MONEY_CALLS.withdraw, MONEY_CALLS.redeem].some((call) => call === `${method} ${path}`),
  );
}
