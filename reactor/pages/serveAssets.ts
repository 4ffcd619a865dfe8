import { readFileSync } from "node:fs";
import type { Site } from "./site.ts";

const TYPES = {
  "kustodia.css": "text/css; charset=utf-8",
  "recibo.css": "text/css; charset=utf-8",
  "kustodia.svg": "image/svg+xml",
  "live.js": "text/javascript; charset=utf-8",
} as const;

/** The pages' own files, beside this one or beside the built program: nothing is fetched from elsewhere. */
export function serveAssets(site: Site): void {
  for (const [name, type] of Object.entries(TYPES)) {
    const content = readFileSync(new URL(`./public/${name}`, import.meta.url), "utf8");
    site.get(`/recursos/${name}`, (c) =>
      c.body(content, 200, { "content-type": type, "cache-control": "max-age=300" }),
    );
  }
}
