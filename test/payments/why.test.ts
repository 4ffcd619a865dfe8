import { describe, expect, test } from "vitest";
import { HINDRANCES } from "../../reactor/payments/awaited.ts";
import { type LegKind, type Reason, tables } from "../../reactor/payments/leg.ts";
import { HOUR_MS, MINUTE_MS, type Row } from "../../reactor/payments/table.ts";
import { why } from "../../reactor/payments/why.ts";
import { legIn, NOW_MS } from "./knownFacts.ts";

/** The legs of a payment of which one is in a state, and those before it are over. */
function payment(kind: LegKind, state: string, changes: object = {}) {
  const before = {
    deposit: ["awaiting", "waiting", "waiting"],
    custody: ["issued", "", "waiting"],
    payout: ["issued", "returned", ""],
  };
  const kinds = ["deposit", "custody", "payout"] as const;
  return kinds.map((one, index) => ({
    ...legIn(one, one === kind ? state : (before[kind][index] ?? ""), { id: index + 1 }),
    dueAtMs: NOW_MS + 30_000,
    ...(one === kind && changes),
  }));
}

const states = Object.entries<Readonly<Record<string, Row<string>>>>(tables).flatMap(([kind, table]) =>
  Object.entries(table).map(([state, row]) => ({ kind: kind as LegKind, state, row })),
);
const open = states.filter(({ row }) => row.end === undefined);

test.each(open)(
  "$kind.$state says what is awaited, of whom, since when, what is missing and what comes",
  ({ kind, state, row }) => {
    const told = why(payment(kind, state), NOW_MS);
    const index = { deposit: 1, custody: 2, payout: 3 }[kind];
    expect(told).toMatchObject({ legId: index, sinceMs: NOW_MS - MINUTE_MS, reason: null, nextAtMs: NOW_MS + 30_000 });
    for (const part of [told.awaits, told.missing, told.next]) {
      expect(part?.es).toBeTruthy();
      expect(part?.en).toBeTruthy();
      expect(part?.es).not.toBe(part?.en);
      expect(told.es).toContain(part?.es);
      expect(told.en).toContain(part?.en);
    }
    expect(told.es).toMatch(/^Se espera .+ desde .+; falta .+; después, por sí solo: .+\.$/);
    expect(told.es.includes("quedan 1 h 0 min")).toBe(true);
    expect(told.es.includes("antes de pasar a revisión")).toBe(row.deadline?.to === "review");
    expect(told.es + told.en).not.toMatch(/undefined|null|NaN/);
  },
);

test.each(Object.keys(HINDRANCES) as Reason[])("a leg that waits for %s says so in both languages", (reason) => {
  const told = why(payment("custody", "withdrawing", { reason }), NOW_MS);
  expect(told.reason).toBe(reason);
  expect(told.es).toContain(`no avanza porque ${HINDRANCES[reason].es}`);
  expect(told.en).toContain(`it does not go on because ${HINDRANCES[reason].en}`);
});

test.each(states)("in review from $kind.$state it waits for a person, and names the exits", ({ kind, state }) => {
  const told = why(payment(kind, state, { state: "review", reviewFrom: state }), NOW_MS);
  expect(told).toMatchObject({ from: "person", nextAtMs: null, deadlineAtMs: null });
  expect(told.es).toMatch(/^En revisión desde .+ nada sigue solo; .+seguir donde estaba \([12]\)/);
  expect(told.en).toMatch(/^In review since .+ nothing goes on by itself; .+go on where it stood \([12]\)/);
});

describe("a payment that is over", () => {
  test.each([
    ["completed", "completado", payment("payout", "paid")],
    ["expired", "vencido", payment("deposit", "expired")],
    ["cancelled", "cancelado", payment("deposit", "cancelled")],
  ])("waits for nothing: %s, in either language", (status, estado, legs) => {
    const told = why(legs, NOW_MS);
    expect(told).toMatchObject({ legId: null, from: null, awaits: null, next: null });
    expect(told.es).toContain(`(${estado})`);
    expect(told.en).toContain(`(${status})`);
  });
});

test("time left is told as people say it, and that it is over", () => {
  const left = (ms: number) => why(payment("custody", "releasing", { deadlineAtMs: NOW_MS + ms }), NOW_MS).es;
  expect(left(29 * MINUTE_MS)).toContain("quedan 29 min antes");
  expect(left(49 * HOUR_MS)).toContain("quedan 2 d 1 h antes");
  expect(left(-1)).toContain("su plazo venció");
  expect(why(payment("custody", "disputed", { dueAtMs: null }), NOW_MS).es).not.toContain("se mira otra vez");
});
