import { execFile } from "node:child_process";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readRecord } from "../../bin/simulate/replay/readRecord.ts";
import { replayRecord } from "../../bin/simulate/replay/replayRecord.ts";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { untilLeg } from "../faults/support/legs.ts";
import { apiOf } from "./support/api.ts";
import { byTwo, post } from "./support/byTwo.ts";
import { CLABES, type CreatedPayment, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { JOURNEY_MS, untilStatus } from "./support/untilStatus.ts";

vi.setConfig({ testTimeout: JOURNEY_MS, hookTimeout: 2 * JOURNEY_MS });

const HOUR_MS = 3_600_000;
const LONG_CUSTODY_MS = 24 * HOUR_MS;

const system = await freshJourney({ shape: "two-step", reactorEnv: { TIMERS: "off" } });
const database = openDatabase(system.database.url, 2, () => undefined);
afterAll(async () => {
  await database.close();
  await system.close();
});

let smooth: CreatedPayment;
let rough: CreatedPayment;
let judged: CreatedPayment;
let shared: Readonly<{ id: number }>;
beforeAll(async () => {
  const reactor = await system.startReactor();
  const api = apiOf(reactor, system);
  smooth = await createPayment(api, { amount: "910.25", customer: "repetida" });
  await payDeposit(system.sandbox, smooth);
  await untilStatus(api, smooth.id, "completed");
  // Both answers are lost: one order was accepted and is found in the list, the other was not and is sent again.
  await turnDial(system.sandbox, [
    { kind: "accept-then-drop-reply", endpoint: "POST /mint_platform/v1/withdrawals" },
    { kind: "drop-before-accepting", endpoint: "POST /mint_platform/v1/redemptions" },
  ]);
  rough = await createPayment(api, { amount: "187.10", customer: "accidentada" });
  await payDeposit(system.sandbox, rough);
  await untilStatus(api, rough.id, "completed");

  const [ana] = system.persons;
  judged = await createPayment(api, {
    ...{ amount: "640.00", customer: "inconforme", custodyMs: LONG_CUSTODY_MS, refundClabe: CLABES.hsbc },
  });
  shared = await api.createPayment({
    ...{ amount: "2000.00", custody_amount: "1200.00", custody_days: 1, payout_clabe: CLABES.bbva },
    payer: { id: "repartida", name: "Compradora" },
    recipient: { legal_name: "Vendedora SA" },
    commissions: [{ role: "platform", amount: "150.00", legal_name: "Plataforma SA", clabe: CLABES.hsbc }],
  });
  await payDeposit(system.sandbox, judged);
  await payDeposit(system.sandbox, { depositClabe: (await api.payment(shared.id)).deposit_clabe, amount: "2000.00" });
  for (const { id } of [judged, shared]) await untilStatus(api, id, "active");
  const of = ({ id }: { id: number }, verb: string) => `/api/payments/${id}/${verb}`;
  await post(reactor, ana, of(judged, "dispute"), { reason: "no llegó" });
  await untilLeg(system.database.pool, judged.id, "custody", ({ state }) => state === "disputed");
  await byTwo(reactor, system, of(judged, "ruling"), { reason: "no llegó", for: "buyer" });

  const { rows } = await system.database.pool.query<{ id: number }>(
    "select id from kustodia.leg where payment_id = $1 and kind = 'payout' and source = 'custody'",
    [shared.id],
  );
  const account = { leg_id: rows[0]?.id, legal_name: "Vendedora SA", clabe: CLABES.banorte };
  await byTwo(reactor, system, of(shared, "account"), { reason: "cambió de banco", ...account });
  await byTwo(reactor, system, of(shared, "extend-custody"), { reason: "pide más tiempo", custody_days: 3 });
  const both = { buyer_approval: "correo", seller_approval: "correo" };
  await byTwo(reactor, system, of(shared, "early-release"), { reason: "ya llegó", ...both });
  await untilStatus(api, judged.id, "refunded");
  await untilStatus(api, shared.id, "completed");
});

async function recordOf(payment: Pick<CreatedPayment, "id">) {
  const record = await readRecord(database.db, payment.id);
  if (record === null) throw new Error(`Payment ${payment.id} is not stored.`);
  return record;
}

const differencesOf = (record: Awaited<ReturnType<typeof recordOf>>) =>
  replayRecord(record, HOUR_MS).flatMap(({ recorded, difference }) =>
    difference ? [`${recorded}: ${difference}`] : [],
  );

/** `npm run simulate -- --replay ID`, as a person runs it. */
function command(id: string): Promise<{ code: number; said: string }> {
  const args = ["--import", "tsx", "bin/simulate.ts", "--replay", id];
  const env = { ...process.env, NO_COLOR: "1", DATABASE_URL: system.database.url };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, said: stdout + stderr }),
    );
  });
}

test("a completed payment's history is what the tables make of the facts of each moment", async () => {
  const record = await recordOf(smooth);
  expect(differencesOf(record)).toEqual([]);
  const steps = replayRecord(record, HOUR_MS).map(({ replayed }) => replayed);
  expect(steps).toEqual(expect.arrayContaining(["withdraw", "redeem", "paying → paid (paid)"]));
});

test("so is one whose orders' answers were lost", async () => {
  const record = await recordOf(rough);
  const orders = record.attempts.flatMap(({ action, number, outcome }) =>
    action === "withdraw" || action === "redeem" ? [`${action} #${number} ${outcome}`] : [],
  );
  expect(orders).toEqual(["withdraw #1 done", "redeem #1 unknown", "redeem #2 done"]);
  expect(differencesOf(record)).toEqual([]);
});

test("so is one that a dispute gave back to its buyer", async () => {
  const record = await recordOf(judged);
  expect(differencesOf(record)).toEqual([]);
  const steps = replayRecord(record, HOUR_MS).map(({ replayed }) => replayed);
  const ways = ["disputed → cancelling (ruled_for_buyer)", "waiting → account (ruled_for_buyer)"];
  expect(steps).toEqual(expect.arrayContaining(["dispute", "resolveForBuyer", ...ways]));
});

test("so is one in parts, whose account was corrected, whose custody was extended and then ended early", async () => {
  const record = await recordOf(shared);
  expect(differencesOf(record)).toEqual([]);
  const lines = replayRecord(record, HOUR_MS);
  expect(lines.filter(({ replayed }) => replayed === "redeem")).toHaveLength(3);
  const words = lines.map(({ replayed }) => replayed);
  expect(words).toContain("waiting → waiting (account_corrected, by persons)");
  expect(words).toContain("active → active (extended, by persons)");
  // A word of persons that no row knows is a difference.
  const events = record.events.map((one) =>
    one.type === "custodia_extendida" ? { ...one, data: { ...one.data, to: "releasing" } } : one,
  );
  expect(differencesOf({ ...record, events })).toEqual([expect.stringMatching(/no row leads from "active"/)]);
});

test("an event that tells of another state than the facts lead to is named", async () => {
  const record = await recordOf(smooth);
  const events = record.events.map((event) =>
    event.type === "escrow_liberado" ? { ...event, data: { ...event.data, to: "active" } } : event,
  );
  expect(differencesOf({ ...record, events })).toEqual([
    expect.stringMatching(/^releasing → active · escrow_liberado: to is returning by the facts, recorded is active/),
  ]);
});

test("so are an order that left twice, evidence of another payment, and a leg that stands elsewhere", async () => {
  const record = await recordOf(smooth);
  const again = record.attempts.flatMap((one) =>
    one.action === "redeem" ? [one, { ...one, id: one.id + 1_000, number: 2, sentAtMs: one.sentAtMs + 1_500 }] : [one],
  );
  expect(differencesOf({ ...record, attempts: again })).toEqual([
    expect.stringMatching(/^redeem #2: the tables do not order redeem in "\w+" then/),
  ]);
  const logs = record.logs.map((log) => (log.kind === "EscrowReleased" ? { ...log, txHash: "0xother" } : log));
  expect(differencesOf({ ...record, logs })).toEqual([
    expect.stringMatching(/: the tables call it evento_ajeno, recorded is escrow_liberado/),
  ]);
  const legs = record.legs.map((leg) => (leg.kind === "payout" ? { ...leg, generation: 1 } : leg));
  expect(differencesOf({ ...record, legs })).toEqual([
    expect.stringMatching(/the stored leg is not where its history leads$/),
  ]);
});

test("where persons took a leg out of review the replay ends, and where nobody did that is a difference", async () => {
  const record = await recordOf(smooth);
  const reviewed = (acted: boolean) =>
    record.events.flatMap((one) => {
      if (one.type !== "pago_completado") return [one];
      const review = { ...one, type: "en_revision" as const, data: { from: one.data.from ?? "", why: "prueba" } };
      return [review, ...(acted ? [{ ...one, type: "accion_de_operador" as const, data: {} }] : []), one];
    });
  expect(differencesOf({ ...record, events: reviewed(true) })).toEqual([]);
  expect(replayRecord({ ...record, events: reviewed(true) }, HOUR_MS).at(-1)).toMatchObject({
    recorded: expect.stringContaining("pago_completado"),
    replayed: "not replayed: persons took it out of review",
  });
  expect(differencesOf({ ...record, events: reviewed(false) })).toHaveLength(1);
});

test("the command ends with 0 when all agree, with 2 and a sentence for an unknown payment, with 1 when the bank shows otherwise", async () => {
  const agreed = await command(String(smooth.id));
  expect(agreed).toMatchObject({ code: 0, said: expect.stringMatching(/todos coinciden/) });
  const unknown = await command("987654");
  expect(unknown).toEqual({
    code: 2,
    said: "No hay pago 987654 en esta base de datos. / There is no payment 987654 in this database.\n",
  });
  await system.database.pool.query(
    `update kustodia.bank_transaction set amount_base_units = amount_base_units + 1
     where id = (select carried ->> 'redemptionId' from kustodia.leg where payment_id = $1 and kind = 'payout')`,
    [smooth.id],
  );
  const differs = await command(String(smooth.id));
  expect(differs.code).toBe(1);
  expect(differs.said).toMatch(/✗ .*paying → paid · pago_completado\n.*primera diferencia .*REDEMPTION \S+ COMPLETE/);
});
