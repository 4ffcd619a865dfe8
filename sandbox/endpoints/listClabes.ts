import type { Handler } from "hono";
import { z } from "zod";
import type { Bank } from "../bank.ts";
import { speiPage, speiPaging } from "../http/pages.ts";
import { parseOrRefuse } from "../http/parseRequest.ts";
import { clabeItem } from "./clabeItem.ts";

const query = speiPaging.extend({ clabe_type: z.string().default("AUTO_PAYMENT") });

/** GET /spei/v1/clabes?clabe_type=AUTO_PAYMENT. The sandbox has no other type: asking for one finds none. */
export function listClabes(bank: Bank): Handler {
  return (c) => {
    const { clabe_type, ...paging } = parseOrRefuse(query, c.req.query());
    const all = clabe_type === "AUTO_PAYMENT" ? [...bank.books.state.clabes.values()] : [];
    return c.json({ success: true, payload: speiPage(all.map(clabeItem), paging) });
  };
}
