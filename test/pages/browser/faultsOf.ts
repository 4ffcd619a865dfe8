import axe from "axe-core";
import type { Page } from "playwright-core";

type Violation = { id: string; impact: string; nodes: { html: string }[] };

/** The smallest phone that is still sold, and a desk. */
export const PHONE = { width: 360, height: 780 };
const DESK = { width: 1_180, height: 820 };

/** Runs in the page: what is folded is read too. Of those with one name only one can be open. */
const UNFOLD = `document.querySelectorAll("details").forEach((one) => {
  one.removeAttribute("name");
  one.open = true;
})`;
/** Runs in the page: whether it, or a table in it, has to be moved sideways. */
const TOO_WIDE = `document.documentElement.scrollWidth > innerWidth
  || [...document.querySelectorAll(".scroll")].some((one) => one.scrollWidth > one.clientWidth)`;

/** What axe looks for in each scheme: nothing but the colours is another in dark, and nothing but the words in another language. */
const IN_LIGHT_AND_DARK = [
  ["light", "axe.run()"],
  ["dark", `axe.run({ runOnly: ["color-contrast"] })`],
] as const;
const WITHOUT_COLOURS = [["light", `axe.run({ rules: { "color-contrast": { enabled: false } } })`]] as const;

/**
 * What somebody who reads by ear, by keyboard or on a phone stumbles over on the open page, folded parts open: serious
 * violations of axe, in light and in dark, and what is wider than a phone; and what is wider than a desk as it first stands.
 * @param colours whether they are looked at too: they are the same in both languages, and cost more than all the rest.
 */
export async function faultsOf(page: Page, colours = true): Promise<readonly string[]> {
  const where = new URL(page.url()).pathname;
  const faults: string[] = [];
  await page.setViewportSize(DESK);
  if (await page.evaluate(TOO_WIDE)) faults.push(`${where} is wider than a desk`);
  await page.setViewportSize(PHONE);
  await page.evaluate(UNFOLD);
  if (await page.evaluate(TOO_WIDE)) faults.push(`${where} is wider than a phone`);
  await page.evaluate(axe.source);
  for (const [colorScheme, run] of colours ? IN_LIGHT_AND_DARK : WITHOUT_COLOURS) {
    await page.emulateMedia({ colorScheme });
    const { violations } = (await page.evaluate(run)) as { violations: Violation[] };
    faults.push(
      ...violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${where} in ${colorScheme}: ${id} ${nodes[0]?.html}`),
    );
  }
  return faults;
}
