import type { Handler } from "hono";
import type { Bank } from "../bank.ts";
import { REFUSALS } from "../guesses.ts";
import { Refusal } from "../http/refusal.ts";
import { clabeItem } from "./clabeItem.ts";

/** GET /spei/v1/clabes/:clabe. */
export function getClabe(bank: Bank): Handler {
  return (c) => {
    const clabe = bank.books.state.clabes.get(c.req.param("clabe") ?? "");
    if (!clabe) throw new Refusal(REFUSALS.notFound);
    return c.json({ success: true, payload: clabeItem(clabe) });
  };
}
