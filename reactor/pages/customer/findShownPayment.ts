import { Problem } from "../../http/Problem.ts";

import type { Queryable } from "../../store/database.ts";
import { hashLink } from "../../store/linkText.ts";
import { findLink } from "../../store/paymentLinks.ts";

/** Which payment a customer's address shows, and to whom. @throws {Problem} when it opens nothing. */
export async function findShownPayment(db: Queryable, token: string) {
  const link = await findLink(db, hashLink(token));
  if (link === null) throw new Problem("link_not_found", { facts: { id: "—" } });
  return link;
}
