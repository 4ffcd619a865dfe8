import type { MiddlewareHandler } from "hono";
import { callerOfKey } from "../../http/authenticate.ts";
import type { Caller } from "../../http/caller.ts";
import { Problem } from "../../http/Problem.ts";
import { findSession } from "../../store/sessions.ts";
import type { SiteEnv, SitePorts } from "../site.ts";
import { isLanguage, pageWords } from "../words/language.ts";
import { drawToken, dropCookie, formTokenOf, hashToken, readCookie, writeCookie } from "./cookies.ts";

/** Tells each page who looks at it: by their session, whose key is looked at anew each time, and their language. */
export function meetVisitor(ports: SitePorts): MiddlewareHandler<SiteEnv> {
  return async (c, next) => {
    const session = readCookie(c, "session");
    const caller = session === undefined ? null : await callerOf(ports, session);
    if (session !== undefined && caller === null) dropCookie(c, "session");
    const known = caller === null ? readCookie(c, "visit") : session;
    const token = known ?? drawToken();
    if (known === undefined) writeCookie(c, "visit", token);
    const chosen = readCookie(c, "language");
    const language = isLanguage(chosen) ? chosen : "es";
    const url = new URL(c.req.url);
    c.set("visitor", {
      language,
      say: pageWords[language],
      caller,
      formToken: formTokenOf(token),
      path: `${url.pathname}${url.search}`,
    });
    await next();
  };
}

/** @returns null for a session that is over, or whose key is. */
async function callerOf(ports: SitePorts, session: string): Promise<Caller | null> {
  const keyId = await findSession(ports.db, hashToken(session));
  if (keyId === null) return null;
  try {
    return await callerOfKey(ports, keyId);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}
