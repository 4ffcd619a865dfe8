import type { MiddlewareHandler } from "hono";
import type { SiteEnv } from "../site.ts";

/** Sends whoever has not signed in to do so, and then back to where they were going. */
export const requireSignIn: MiddlewareHandler<SiteEnv> = async (c, next) => {
  const { caller, path } = c.get("visitor");
  if (caller !== null) return next();
  return c.redirect(path === "/" ? "/entrar" : `/entrar?volver=${encodeURIComponent(path)}`, 303);
};
