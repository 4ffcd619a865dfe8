import { afterAll, beforeEach, expect, test } from "vitest";
import { isKilled, liftKillSwitch, openPulls, pullKillSwitch } from "../../reactor/store/killSwitch.ts";
import { FACTS_CONTEXT } from "./chainView.ts";
import { freshStore } from "./freshStore.ts";

const store = await freshStore();
const { db } = store;
afterAll(() => store.close());
beforeEach(() => store.pool.query("truncate kustodia.kill_switch"));

const TWO = ["ana", "beto"] as const;

test("money stands still from the first pull on, and each reason is told once", async () => {
  expect(await isKilled(db, FACTS_CONTEXT)).toBe(false);
  expect(await pullKillSwitch(db, "un nonce ajeno", "kustodia")).toMatchObject([
    { type: "interruptor_activado", es: "Salidas de dinero detenidas: un nonce ajeno", actor: "kustodia" },
  ]);
  expect(await pullKillSwitch(db, "un nonce ajeno", "kustodia")).toEqual([]);
  expect(await pullKillSwitch(db, "otra razón", "ana")).toHaveLength(1);
  expect([await isKilled(db, FACTS_CONTEXT), (await openPulls(db)).map((pull) => pull.why)]).toEqual([
    true,
    ["un nonce ajeno", "otra razón"],
  ]);
});

test("two reactors that see the same reason at once pull once", async () => {
  const told = await Promise.all(Array.from({ length: 8 }, () => pullKillSwitch(db, "la misma", "kustodia")));
  expect([told.flat().length, (await openPulls(db)).length]).toEqual([1, 1]);
});

test("what came after the newest reason that the two have read stays", async () => {
  await pullKillSwitch(db, "leída", "kustodia");
  const [read] = await openPulls(db);
  await pullKillSwitch(db, "nueva", "kustodia");
  const lifted = await liftKillSwitch(db, { reason: "revisado", persons: TWO, upTo: read?.id ?? 0 });
  expect(lifted).toMatchObject([{ type: "interruptor_levantado", data: { why: "leída", message: "revisado" } }]);
  expect((await openPulls(db)).map((pull) => pull.why)).toEqual(["nueva"]);
});

test("lifting what nobody pulled tells nothing, and a reason once lifted can be pulled anew", async () => {
  expect(await liftKillSwitch(db, { reason: "nada", persons: TWO, upTo: null })).toEqual([]);
  await pullKillSwitch(db, "otra vez", "kustodia");
  await liftKillSwitch(db, { reason: "revisado", persons: TWO, upTo: null });
  expect(await isKilled(db, FACTS_CONTEXT)).toBe(false);
  expect(await pullKillSwitch(db, "otra vez", "kustodia")).toHaveLength(1);
});

test.each([
  ["the same person twice", ["ana", "ana"]],
  ["the same person in capitals", ["ana", "ANA"]],
] as const)("nobody lifts it alone: %s", async (_what, persons) => {
  await pullKillSwitch(db, "una razón", "kustodia");
  await expect(liftKillSwitch(db, { reason: "sola", persons, upTo: null })).rejects.toThrow();
  expect(await isKilled(db, FACTS_CONTEXT)).toBe(true);
});
