import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", chromium.executablePath()];

/** Debian's Chromium, or the one that `npx playwright-core install chromium` brings; undefined where there is none. */
export const chromiumPath = PLACES.find((path) => existsSync(path));
