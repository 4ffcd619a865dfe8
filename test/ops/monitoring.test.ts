import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { createMetrics } from "../../reactor/metrics/createMetrics.ts";
import { tables } from "../../reactor/payments/leg.ts";
import { readGauges } from "../../reactor/store/readGauges.ts";
import { PROCESS_NAMES } from "../../reactor/timers/processes.ts";
import { freshStore } from "../store/freshStore.ts";

const checkout = resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(checkout, file), "utf8");

type Rule = { alert: string; expr: string; labels: { severity: string }; annotations: { summary: string } };
const rules: Rule[] = parse(read("ops/alerts.yml")).groups.flatMap(({ rules }: { rules: Rule[] }) => rules);

type Panel = { title: string; targets: { expr: string }[] };
const panels: Panel[] = JSON.parse(read("ops/grafana-dashboard.json")).panels;

const expressions = [
  ...rules.map(({ alert, expr }) => ({ of: alert, expr })),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ of: title, expr }))),
];

/** The page as a reactor serves it: of an empty database, since a metric's name is there before its first value. */
const store = await freshStore();
afterAll(() => store.close());
const metrics = createMetrics();
const page = await metrics.page({
  gauges: await readGauges(store.db),
  lag: { blocks: 1, seconds: 1, stale: false },
});

/** Every name under which the page may have a value. */
const served = new Set(
  [...page.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = "", type]) =>
    type === "histogram" ? [`${name}_count`, `${name}_sum`, `${name}_bucket`] : [name],
  ),
);

test("there are rules and panels, each with an expression", () => {
  expect(rules.length).toBeGreaterThan(10);
  expect(panels.length).toBeGreaterThan(10);
  expect(expressions.every(({ expr }) => /kustodia_\w+/.test(expr))).toBe(true);
});

test.each(expressions)("every metric that «$of» uses is served", ({ expr }) => {
  const used = expr.match(/kustodia_\w+/g) ?? [];
  expect(used.filter((name) => !served.has(name))).toEqual([]);
});

test("every metric of ours that is served is in the dashboard or in an alert", () => {
  const all = expressions.map(({ expr }) => expr).join(" ");
  const unused = [...page.matchAll(/^# TYPE (kustodia_\w+)/gm)].flatMap(([, name = ""]) =>
    all.includes(name) ? [] : [name],
  );
  expect(unused).toEqual([]);
});

const VALUES: Readonly<Record<string, readonly string[]>> = {
  kind: Object.keys(tables),
  state: ["review", "pending", "abandoned", ...Object.values(tables).flatMap((rows) => Object.keys(rows))],
  outcome: ["done", "refused", "unknown", "pending"],
  quantile: ["0.5", "1"],
  result: ["2xx", "ok", "failed"],
  process: PROCESS_NAMES,
  place: ["buyer", "juno", "bridge", "escrow", "beneficiary"],
};

test.each(expressions)("what «$of» filters by are labels and values that we write", ({ expr }) => {
  for (const [, label = "", value = ""] of expr.matchAll(/(\w+)!?=~?"([^"]*)"/g)) {
    expect(VALUES[label], label).toContain(value);
  }
});

const entries = new Map(
  read("RUNBOOK.md")
    .split(/^## /m)
    .slice(1)
    .map((entry) => [entry.split("\n")[0] ?? "", entry]),
);

test.each(rules)(
  "$alert has an entry in the runbook: what happened, what to look at, what to do, and the same in English",
  ({ alert }) => {
    const entry = entries.get(alert);
    for (const part of [
      /\*\*Qué pasó\.\*\* \S/,
      /\*\*Qué mirar\.\*\* \S/,
      /\*\*Qué hacer\.\*\* \S/,
      /^\*[A-Z][^*]+\*$/m,
    ]) {
      expect(entry, alert).toMatch(part);
    }
  },
);

test("each rule has a severity and a Spanish sentence, and the runbook has no entry for an alert that is gone", () => {
  for (const { alert, labels, annotations } of rules) {
    expect(["critical", "warning"], alert).toContain(labels.severity);
    expect(annotations.summary, alert).not.toBe("");
  }
  expect([...entries.keys()].filter((name) => !rules.some(({ alert }) => alert === name))).toEqual([]);
});
