import type { Site } from "../site.ts";
import { isLanguage } from "../words/language.ts";
import { backTo } from "./backTo.ts";
import { writeLanguage } from "./cookies.ts";

/** The language of this browser from now on. */
export function chooseLanguage(site: Site): void {
  site.post("/idioma", async (c) => {
    const { idioma, volver } = await c.req.parseBody();
    if (typeof idioma === "string" && isLanguage(idioma)) writeLanguage(c, idioma);
    return c.redirect(backTo(typeof volver === "string" ? volver : undefined), 303);
  });
}
