import { receivedRequests } from "../../../bin/certify/receivedRequests.ts";
import { MONEY_CALLS } from "./dialTable.ts";

/** The orders to move money as they reached the bank, whatever became of them, oldest first; `at` in unix ms. */
export async function moneyRequests(sandbox: { url: string }) {
  return (await receivedRequests(sandbox))
    .filter(({ method, path }) =>
      [MONEY_CALLS.withdraw, MONEY_CALLS.redeem].some((call) => call === `${method} ${path}`),
    )
    .map(({ at, method, path, idempotencyKey }) => ({ at, method, path, idempotencyKey }));
}
