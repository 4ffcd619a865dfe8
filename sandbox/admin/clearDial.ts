import type { Handler } from "hono";
import type { Bank } from "../bank.ts";

/** DELETE /sandbox/dial: takes back every fault that has not struck yet. */
export function clearDial(bank: Bank): Handler {
  return (c) => {
    bank.dial.clear();
    return c.json({ faults: bank.dial.remaining() });
  };
}
