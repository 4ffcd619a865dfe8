import { execFile } from "node:child_process";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readRecord } from "../../bin/simulate/replay/readRecord.ts";
import { replayRecord } from "../../bin/simulate/replay/replayRecord.ts";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { apiOf } from "./support/api.ts";
import { type CreatedPayment, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { JOURNEY_MS, untilStatus } from "./support/untilStatus.ts";

vi.setConfig({ testTimeout: JOURNEY_MS, hookTimeout: JOURNEY_MS });

const HOUR_MS = 3_600_000;

const system = await freshJourney({ shape: "two-step", reactorEnv: { TIMERS: "off" } });
const database = openDatabase(system.database.url, 2, () => undefined);
afterAll(async () => {
  await database.close();
  await system.close();
});

let smooth: CreatedPayment;
let rough: CreatedPayment;
beforeAll(async () => {
  const api = apiOf(await system.startReactor(), system);
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
});

async function recordOf(payment: CreatedPayment) {
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
