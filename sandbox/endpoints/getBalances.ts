import type { Handler } from "hono";
import type { Bank } from "../bank.ts";
import { onHoldBaseUnits } from "../books/totals.ts";
import { jsonNumber } from "../money.ts";

/** GET /mint_platform/v1/balances in the shape of 2026: the whole account's MXNB, whose asset code is `mxnbj`. */
export function getBalances(bank: Bank): Handler {
  return (c) => {
    const { availableBaseUnits } = bank.books.state;
    const onHold = onHoldBaseUnits(bank.books.state);
    const mxnb = {
      asset: "mxnbj",
      total: jsonNumber(availableBaseUnits + onHold),
      available: jsonNumber(availableBaseUnits),
      on_hold: jsonNumber(onHold),
      locked: 0,
    };
    return c.json({ success: true, payload: { balances: [mxnb] } });
  };
}
