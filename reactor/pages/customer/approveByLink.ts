import { approveAsParty } from "../../http/operations/approveAsParty.ts";
import type { Site, SitePorts } from "../site.ts";
import { findShownPayment } from "./findShownPayment.ts";

/** A party's own approval: who has no key has this page, and the API has nothing for them. */
export function approveByLink(site: Site, { db, show, wake }: Pick<SitePorts, "db" | "show" | "wake">): void {
  site.post("/seguimiento/:token/aprobar", async (c) => {
    const token = c.req.param("token");
    const events = await db.transaction(async (tx) => approveAsParty(tx, await findShownPayment(tx, token)));
    for (const event of events) show(event);
    wake();
    return c.redirect(`/seguimiento/${token}`, 303);
  });
}
