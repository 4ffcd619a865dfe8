import { endSession } from "../../store/sessions.ts";
import type { Site, SitePorts } from "../site.ts";
import { dropCookie, hashToken, readCookie } from "./cookies.ts";

/** Ends the session, here and in the database. */
export function signOut(site: Site, { db }: SitePorts): void {
  site.post("/salir", async (c) => {
    const session = readCookie(c, "session");
    if (session !== undefined) await endSession(db, hashToken(session));
    dropCookie(c, "session");
    return c.redirect("/entrar", 303);
  });
}
