import { timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { Problem } from "../../http/Problem.ts";
import type { SiteEnv } from "../site.ts";

/**
 * A form is done only when a page of ours sent it: by the browser's word (`Origin`) and by the token that each form has.
 * @throws {Problem} for a form of another site, or of a page that was shown before somebody else signed in.
 */
export function guardForms(): MiddlewareHandler<SiteEnv> {
  return async (c, next) => {
    if (c.req.method !== "POST") return next();
    const origin = c.req.header("origin");
    const sameOrigin = origin !== undefined && URL.canParse(origin) && new URL(origin).host === c.req.header("host");
    const { formulario } = await c.req.parseBody();
    const wanted = Buffer.from(c.get("visitor").formToken);
    const given = Buffer.from(typeof formulario === "string" ? formulario : "");
    if (!sameOrigin || given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      throw new Problem("foreign_form");
    }
    await next();
  };
}
