import { afterAll, beforeEach, expect, test } from "vitest";
import { acknowledgeAlert, listAlerts, saveAlerts } from "../../reactor/store/alerts.ts";
import { freshStore } from "./freshStore.ts";

const store = await freshStore();
afterAll(() => store.close());
beforeEach(() => store.pool.query("delete from kustodia.alert"));

const SILENT = { name: "KustodiaBankSilent", detail: "Juno no se ha leído completo en 11 minutos" };
const REVIEW = { name: "KustodiaLegInReview", detail: "2 tramos esperan a una persona" };

/** @returns the events' words. */
const save = async (...standing: { name: string; detail: string }[]) =>
  (await store.db.transaction((tx) => saveAlerts(tx, standing))).map(({ type }) => type);
const idOf = async (name: string) =>
  (await listAlerts(store.db, { limit: 10, before: null })).find((one) => one.name === name)?.id ?? 0;
const pass = (minutes: number) =>
  store.pool.query("update kustodia.alert set told_at = told_at - make_interval(mins => $1)", [minutes]);

test("what stands is told once when it begins and once when it is over", async () => {
  expect(await save(SILENT)).toEqual(["alerta_abierta"]);
  expect(await save(SILENT, REVIEW)).toEqual(["alerta_abierta"]);
  expect(await save(SILENT, REVIEW)).toEqual([]);
  expect(await save(REVIEW)).toEqual(["alerta_cerrada"]);
  expect(await save(SILENT, REVIEW)).toEqual(["alerta_abierta"]);
  const { rows } = await store.pool.query(
    "select es from kustodia.event where type = 'alerta_abierta' order by id limit 1",
  );
  expect(rows[0].es).toMatch(/^Alerta \d+, KustodiaBankSilent: Juno no se ha leído completo en 11 minutos$/);
});

test("what nobody has is told again every quarter of an hour, until a named person has it", async () => {
  await save(SILENT);
  await pass(14);
  expect(await save(SILENT)).toEqual([]);
  await pass(2);
  expect(await save(SILENT)).toEqual(["alerta_repetida"]);
  expect(await save(SILENT)).toEqual([]);
  const taken = await store.db.transaction(async (tx) =>
    acknowledgeAlert(tx, await idOf(SILENT.name), { person: "Ana", reason: "llamo al banco" }),
  );
  expect(taken).toMatchObject({
    alert: { acknowledgedBy: "Ana" },
    events: [{ type: "alerta_atendida", actor: "Ana", data: { reason: "llamo al banco" } }],
  });
  await pass(60);
  expect(await save(SILENT)).toEqual([]);
  expect(await save(REVIEW)).toContain("alerta_cerrada");
});

test("an alert is taken once, and not after it is over", async () => {
  await save(SILENT, REVIEW);
  const id = await idOf(SILENT.name);
  expect(await acknowledgeAlert(store.db, id, { person: "Ana", reason: "la veo" })).not.toBeNull();
  expect(await acknowledgeAlert(store.db, id, { person: "Beto", reason: "la veo" })).toBeNull();
  const other = await idOf(REVIEW.name);
  await save(SILENT);
  expect(await acknowledgeAlert(store.db, other, { person: "Beto", reason: "la veo" })).toBeNull();
});

test("a quiet day is told once, and no day on which something stands", async () => {
  const quiet = await freshStore();
  const saveOn = async (...standing: { name: string; detail: string }[]) =>
    (await quiet.db.transaction((tx) => saveAlerts(tx, standing))).map(({ type }) => type);
  expect(await saveOn(SILENT)).toEqual(["alerta_abierta"]);
  expect(await saveOn()).toEqual(["alerta_cerrada", "todo_en_calma"]);
  expect(await saveOn()).toEqual([]);
  await quiet.pool.query("update kustodia.quiet_day set day = day - 1");
  expect(await saveOn()).toEqual(["todo_en_calma"]);
  await quiet.close();
});

test("two reactors at once tell it once", async () => {
  const told = (await Promise.all([save(SILENT), save(SILENT), save(SILENT)])).flat();
  expect(told).toEqual(["alerta_abierta"]);
});
