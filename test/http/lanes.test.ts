import { afterAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import { adoptChain } from "../../reactor/store/chains.ts";
import { adoptControls } from "../../reactor/store/controls.ts";
import { olderReactors, REACTOR_LOCK_CLASS, takeIdentity } from "../../reactor/store/identity.ts";
import { proposeLane } from "../../reactor/store/lanes.ts";
import { saveSpare } from "../../reactor/store/spareClabes.ts";
import { goodPayment, newClabe, openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());
const ana = await api.person("Ana", ["read", "admin", "approve"]);
const beto = await api.person("Beto", ["approve"]);

const ADDRESSES = {
  escrow: `0x${"2".repeat(40)}`,
  mxnb: `0x${"7".repeat(40)}`,
  bridge: `0x${"b".repeat(40)}`,
  juno_wallet: `0x${"6".repeat(40)}`,
};
const CEILINGS = { payout_ceiling: "1", hour_ceiling: "1", day_ceiling: "1", allowance: "1" };
const listed = z.object({
  lanes: z.array(z.object({ name: z.string(), state: z.string(), open_payments: z.int() }).loose()),
});
const lanes = async () => listed.parse((await ana.get("/api/lanes")).body).lanes;
const laneOf = async (name: string) => (await lanes()).find((lane) => lane.name === name);
const reason = "otro firmante";
const act = (name: string, verb: string, who: Pick<typeof ana, "post"> = ana) =>
  who.post(`/api/lanes/${name}/${verb}`, { reason });
const problem = (name: string) => ({ body: { type: `/problems/${name}` } });

const CHAIN = { id: 31_337, indexSchema: "chain", confirmations: 0 };

async function open(name: string): Promise<void> {
  const { hash } = z.object({ hash: z.string() }).parse((await act(name, "open")).body);
  expect(await beto.post(`/api/plans/${hash}/confirm`, {})).toMatchObject({ status: 200 });
}

beforeEach(async () => {
  await api.pool.query("update kustodia.payment set status = 'cancelled'");
  await api.pool.query("delete from kustodia.lane where name <> 'principal'");
  await api.pool.query("update kustodia.lane set state = 'open', set_by = null, reason = null");
  await api.db.transaction(async (tx) => {
    await adoptChain(tx, CHAIN);
    await proposeLane(tx, { name: "norte", account: FIRST_ACCOUNT, chainId: CHAIN.id });
    await adoptControls(tx, "norte", { ...CEILINGS, ...ADDRESSES });
  });
});

test("a proposed lane is opened by two persons who have read its addresses, and payments then go by both", async () => {
  const asked = await act("norte", "open");
  expect(asked).toMatchObject({
    ...{
      status: 202,
      body: { plan: { persons: 2, es: "Carril norte: se abre a pagos nuevos", resulting_state: "open" } },
    },
  });
  expect(asked).toMatchObject({
    body: { plan: { details: { chain: "31337", contract: ADDRESSES.escrow, bridge: ADDRESSES.bridge } } },
  });
  expect(await laneOf("norte")).toMatchObject({ state: "proposed", set_by: [] });
  expect((await api.create()).lane).toBe("principal");
  await open("norte");
  expect(await laneOf("norte")).toMatchObject({ state: "open", set_by: ["Ana", "Beto"], reason });
  expect((await api.create()).lane).toBe("norte");
});

test("no second lane is opened while a reactor runs that tells none apart, though it began after the plan was drawn", async () => {
  const newer = await takeIdentity(api.url, () => undefined);
  const asked = z.object({ hash: z.string() }).parse((await act("norte", "open")).body);
  const older = await api.pool.connect();
  const refusal = {
    status: 409,
    body: { type: "/problems/older_reactor_runs", detail_en: expect.stringContaining("reactors 4711 are") },
  };
  try {
    await older.query("select pg_advisory_lock($1, 4711)", [REACTOR_LOCK_CLASS]);
    expect(await beto.post(`/api/plans/${asked.hash}/confirm`, {})).toMatchObject(refusal);
    expect(await act("norte", "open")).toMatchObject(refusal);
    expect(await laneOf("norte")).toMatchObject({ state: "proposed" });
  } finally {
    older.release(true);
  }
  await expect.poll(() => olderReactors(api.db)).toEqual([]);
  await open("norte");
  await newer.close();
});

test("a service may not open a lane", async () => {
  expect(await act("norte", "open", api)).toMatchObject({ status: 403, ...problem("needs_persons") });
});

test("one person drains a lane; it is retired when it has no payment left, and until then the answer says how many it has", async () => {
  await open("norte");
  const { id, lane } = await api.create();
  expect(lane).toBe("norte");
  expect(await act("norte", "retire")).toMatchObject({ status: 409, ...problem("lane_in_other_state") });
  expect(await act("norte", "drain")).toMatchObject({ status: 200, body: { done: true } });
  expect((await api.create()).lane).toBe("principal");
  const refused = await act("norte", "retire");
  expect(refused).toMatchObject({ status: 409, ...problem("lane_not_empty") });
  expect(refused.body).toMatchObject({ detail: expect.stringContaining("norte tiene 1 pagos sin terminar") });
  await api.pool.query("update kustodia.payment set status = 'completed' where id = $1", [id]);
  expect(await act("norte", "retire")).toMatchObject({ status: 200 });
  expect(await laneOf("norte")).toMatchObject({ state: "retired", open_payments: 0, set_by: ["Ana"] });
  const { rows } = await api.pool.query(
    "select es from kustodia.event where type = 'accion_de_operador' order by id desc limit 1",
  );
  expect(rows[0].es).toContain("Carril norte: se retira");
});

test("with no lane open no payment is taken, and the answer says who opens one", async () => {
  await act("principal", "drain");
  expect(await api.post("/api/payments", goodPayment())).toMatchObject({ status: 409, ...problem("no_open_lane") });
  await open("principal");
  expect((await api.create()).lane).toBe("principal");
});

test("a lane that there is not is named in the refusal", async () => {
  expect(await act("sur", "drain")).toMatchObject({ status: 404, ...problem("lane_not_found") });
});

test("a new customer is given to the bank account with the fewest payments, and one whose account is drained to another", async () => {
  await api.pool.query("delete from kustodia.lane where name = 'norte'");
  await api.db.transaction(async (tx) => {
    await proposeLane(tx, { name: "norte", account: "norte", chainId: CHAIN.id });
    await adoptControls(tx, "norte", { ...CEILINGS, ...ADDRESSES });
  });
  await open("norte");
  const spare = newClabe();
  // Without one that its own reactor has kept ready, the customer is this reactor's account's.
  const first = await api.create({ payer: { id: "nueva-1", name: "Ana" } });
  await saveSpare(api.db, "norte", spare);
  const second = await api.create({ payer: { id: "nueva-2", name: "Ana" } });
  expect([first.lane, second.lane, second.deposit_clabe]).toEqual(["principal", "norte", spare]);
  await act("norte", "drain");
  const moved = await api.create({ payer: { id: "nueva-2", name: "Ana" }, allow_same_amount: true });
  expect(moved.lane).toBe("principal");
  expect(moved.deposit_clabe).not.toBe(spare);
  const again = await api.create({ payer: { id: "nueva-2", name: "Ana" }, allow_same_amount: true });
  expect(again.deposit_clabe).toBe(moved.deposit_clabe);
});
