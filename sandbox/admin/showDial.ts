import type { Handler } from "hono";
import type { Bank } from "../bank.ts";

/** GET /sandbox/dial: the faults that have not struck yet. */
export function showDial(bank: Bank): Handler {
  return (c) => c.json({ faults: bank.dial.remaining() });
}
