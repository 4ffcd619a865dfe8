import { readFileSync } from "node:fs";
import { createWalletClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, expect, test } from "vitest";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { until } from "../../bin/stack/until.ts";
import { anvilChain } from "../harness/anvilChain.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { withoutTriggers } from "../harness/withoutTriggers.ts";
import { apiOf } from "../journeys/support/api.ts";
import { post } from "../journeys/support/byTwo.ts";
import { createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilEvent } from "../journeys/support/untilEvent.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";

const MINUTES_MS = 300_000;
const FOUND_WITHIN_MS = 60_000;
const GRACE_MS = 2_000;
const HOUR_MS = 3_600_000;
const THIEF = "0x00000000000000000000000000000000deadbeef";

const system = await freshSystem({ reactorEnv: { TIMERS: "off", RECONCILE_GRACE_MS: String(GRACE_MS) } });
const { pool } = system.database;
afterAll(() => system.close());
const reactor = await system.startReactor();
const api = apiOf(reactor, system);

async function breaks() {
  const { rows } = await pool.query<{ kind: string; payment_id: number | null; state: string; healed: unknown }>(
    "select kind, payment_id, state, healed from kustodia.break order by number",
  );
  return rows;
}

async function spans(): Promise<readonly string[]> {
  const { rows } = await pool.query<{ span: string }>("select span from kustodia.reconciliation order by id");
  return rows.map(({ span }) => span);
}

/** Somebody who has a key of ours moves tokens with a tool of their own. */
async function transferByHand(privateKey: `0x${string}`, to: `0x${string}`, baseUnits: bigint): Promise<void> {
  const hands = createWalletClient({
    account: privateKeyToAccount(privateKey),
    chain: anvilChain,
    transport: http(system.anvil.rpcUrl),
  });
  const token = { abi: mxnbAbi, address: system.contracts.mxnb } as const;
  await hands.writeContract({ ...token, functionName: "transfer", args: [to, baseUnits] });
}

test(
  "sync holds bank, chain and books together: nothing differs after whole payments, and what is done behind their back is found and named",
  async () => {
    const first = await createPayment(api, { amount: "1500.00", customer: "compradora-1" });
    const second = await createPayment(api, { amount: "2200.50", customer: "compradora-2" });
    for (const payment of [first, second]) await payDeposit(system.sandbox, payment);
    for (const { id } of [first, second]) await untilStatus(api, id, "completed");

    // Money that nobody waits for is kept as nobody's: our books know it, and it differs from nothing.
    await payDeposit(system.sandbox, { ...first, amount: "500.00" });
    await untilEvent(pool, "deposito_sin_pago", FOUND_WITHIN_MS);

    // The first reads everything, the second only what is new, until everything has not been read for a day.
    const whole = await api.trigger("sync");
    expect(whole).toMatchObject({ payments: 2, matched: 2, breaks: 0, difference: "0.00" });
    expect(await api.trigger("sync")).toMatchObject({ payments: 2, matched: 2, breaks: 0, difference: "0.00" });
    expect(await spans()).toEqual(["full", "incremental"]);
    const runs = await pool.query("select rpc_calls, bank_calls from kustodia.reconciliation order by id");
    expect(Number(runs.rows[1]?.rpc_calls)).toBeGreaterThan(0);
    expect(Number(runs.rows[1]?.bank_calls)).toBeGreaterThan(0);
    await pool.query("update kustodia.reconciliation set started_at = started_at - interval '24 hours'");
    expect(await api.trigger("sync")).toMatchObject({ matched: 2, breaks: 0, bank_calls: expect.any(Number) });
    expect(await spans()).toEqual(["full", "incremental", "incremental", "full"]);
    expect(readFileSync(reactor.logPath, "utf8")).toMatch(
      /Recuento completo de 2 pagos: \d+ llamadas al nodo, \d+ al banco, \d+ ms/,
    );
    await api.trigger("sync");
    expect((await spans()).at(-1)).toBe("incremental");

    const { bridge, juno } = localAccounts();
    await transferByHand(juno.privateKey, bridge.address, 30_000_000n);
    await transferByHand(juno.privateKey, system.contracts.escrow, 20_000_000n);
    await transferByHand(bridge.privateKey, THIEF, 10_000_000n);
    // Our books lose a line, as a restored database would.
    const { rows } = await pool.query<{ id: number }>(
      "select transfer_id as id from kustodia.entry where payment_id = $1 and account = 'escrow' and amount_centavos > 0",
      [first.id],
    );
    expect(rows).toHaveLength(1);
    await pool.query("create table public.lost as select * from kustodia.entry where transfer_id = $1", [rows[0]?.id]);
    await withoutTriggers(pool, "delete from kustodia.entry where transfer_id = $1", [rows[0]?.id]);

    await until("the breaks", FOUND_WITHIN_MS, async () => {
      await api.trigger("sync");
      return (await breaks()).length >= 4 ? true : undefined;
    });
    const found = await breaks();
    expect(found.map(({ kind, payment_id }) => [kind, payment_id]).sort()).toEqual([
      ["direct_transfer", null],
      ["direct_transfer", null],
      ["stolen_tokens", null],
      ["unposted_movement", first.id],
    ]);
    const standing = await api.trigger("sync");
    expect(standing).toMatchObject({
      payments: 2,
      matched: 1,
      breaks: 4,
      difference: "1560.00",
    });
  },
  MINUTES_MS,
);

test(
  "what is younger than the grace window is in transit, however often it is read; beyond it one reading suspects it and the next one calls it a break",
  async () => {
    const patient = await system.startReactor("patient", { RECONCILE_GRACE_MS: String(HOUR_MS) });
    const before = await breaks();
    await transferByHand(localAccounts().bridge.privateKey, THIEF, 5_000_000n);
    const seen = async () =>
      (await pool.query("select 1 from kustodia.witness where amount_base_units = 5000000")).rows[0];
    await until("the theft, read", FOUND_WITHIN_MS, async () => {
      await apiOf(patient, system).trigger("sync");
      return seen();
    });
    for (const _ of ["second", "third"]) await apiOf(patient, system).trigger("sync");
    expect([await suspicions(), (await breaks()).length]).toEqual([[], before.length]);

    await until("a suspicion", FOUND_WITHIN_MS, async () => {
      await api.trigger("sync");
      return (await suspicions())[0];
    });
    expect([await suspicions(), (await breaks()).length]).toEqual([["stolen_tokens"], before.length]);
    await api.trigger("sync");
    expect([await suspicions(), (await breaks()).slice(before.length)]).toEqual([
      [],
      [expect.objectContaining({ kind: "stolen_tokens", state: "open" })],
    ]);
    await patient.stop();
  },
  MINUTES_MS,
);

test(
  "a break that bank, chain and books no longer show closes itself and says how; one that stands is closed by persons, for a reason, and not opened again",
  async () => {
    // The lost line is found in a backup.
    await withoutTriggers(pool, "insert into kustodia.entry overriding system value select * from public.lost");
    const { number: lost } = await breakOf("unposted_movement");
    await api.trigger("sync");
    expect(await breakOf("unposted_movement")).toMatchObject({
      ...{ state: "closed", closed_by: null, close_reason: null },
      healed: { block: expect.stringMatching(/^\d+$/), readAt: expect.stringMatching(/Z$/) },
    });
    const healed = await untilEvent(pool, "descuadre_sanado", FOUND_WITHIN_MS);
    expect(healed).toMatchObject({ data: { number: String(lost), kind: "unposted_movement" } });
    expect(healed.es).toContain(`Descuadre ${lost}`);

    const { number: stolen } = await breakOf("stolen_tokens");
    const [ana, beto] = system.persons;
    const reason = "la policía tiene el caso 7; la empresa repone";
    const step = (who: string, verb: string, body: object) => post(reactor, who, `/api/breaks/${stolen}/${verb}`, body);
    await step(ana, "take", { reason });
    await step(ana, "explain", { reason });
    await expect(step(beto, "close", {})).rejects.toThrow("400");
    await step(beto, "close", { reason });
    expect(await breakOf("stolen_tokens")).toMatchObject({ state: "closed", close_reason: reason, healed: null });
    const all = (await breaks()).length;
    for (const _ of ["one", "another"]) await api.trigger("sync");
    expect(await breaks()).toHaveLength(all);
    expect(await api.trigger("sync")).toMatchObject({ matched: 2, breaks: all - 2 });
  },
  MINUTES_MS,
);

async function suspicions(): Promise<readonly string[]> {
  const { rows } = await pool.query<{ kind: string }>("select kind from kustodia.suspicion order by kind");
  return rows.map(({ kind }) => kind);
}

/** The oldest of a kind. */
async function breakOf(kind: string): Promise<{ number: number }> {
  const { rows } = await pool.query<{ number: number }>(
    "select * from kustodia.break where kind = $1 order by number limit 1",
    [kind],
  );
  return rows[0] ?? { number: 0 };
}
