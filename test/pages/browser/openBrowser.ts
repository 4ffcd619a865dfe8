import { type Browser, chromium, type Page } from "playwright-core";
import { chromiumPath } from "../../../bin/operate/chromiumPath.ts";

/** Told once a file: tests that are left out are seen. */
export function tellWithoutChromium(): void {
  if (chromiumPath !== undefined) return;
  process.stderr.write(
    "\n⚠ Sin Chromium: las pruebas del navegador se omiten. / No Chromium: browser tests are SKIPPED.\n",
  );
}

/** As root Chromium has no sandbox of its own. */
export function openBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error("There is no Chromium on this machine.");
  return chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox"] });
}

/** Signs in as a person does, by typing the key. */
export async function signInAt(page: Page, url: string, key: string): Promise<void> {
  await page.goto(`${url}/entrar`);
  await page.getByLabel("Llave").fill(key);
  await page.getByRole("button", { name: "Entrar" }).click();
  await page.waitForURL(`${url}/`);
}
