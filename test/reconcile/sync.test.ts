import { createWalletClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, expect, test } from "vitest";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { until } from "../../bin/stack/until.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { withoutTriggers } from "../harness/withoutTriggers.ts";
import { apiOf } from "../journeys/support/api.ts";
import { createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilEvent } from "../journeys/support/untilEvent.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";

const MINUTES_MS = 300_000;
const FOUND_WITHIN_MS = 60_000;
const GRACE_MS = 2_000;
const THIEF = "0x00000000000000000000000000000000deadbeef";

const system = await freshSystem({ reactorEnv: { TIMERS: "off", RECONCILE_GRACE_MS: String(GRACE_MS) } });
const { pool } = system.database;
afterAll(() => system.close());

async function breaks() {
  const { rows } = await pool.query<{ kind: string; payment_id: number | null; state: string; healed: unknown }>(
    "select kind, payment_id, state, healed from kustodia.break order by number",
  );
  return rows;
}

/** Somebody who has a key of ours moves tokens with a tool of their own. */
async function transferByHand(privateKey: `0x${string}`, to: `0x${string}`, baseUnits: bigint): Promise<void> {
  const hands = createWalletClient({
    account: privateKeyToAccount(privateKey),
    chain: foundry,
    transport: http(system.anvil.rpcUrl),
  });
  const token = { abi: mxnbAbi, address: system.contracts.mxnb } as const;
  await hands.writeContract({ ...token, functionName: "transfer", args: [to, baseUnits] });
}

test(
  "sync holds bank, chain and books together: nothing differs after whole payments, and what is done behind their back is found and named",
  async () => {
    const api = apiOf(await system.startReactor(), system);
    const first = await createPayment(api, { amount: "1500.00", customer: "compradora-1" });
    const second = await createPayment(api, { amount: "2200.50", customer: "compradora-2" });
    for (const payment of [first, second]) await payDeposit(system.sandbox, payment);
    for (const { id } of [first, second]) await untilStatus(api, id, "completed");

    // Money that nobody waits for is kept as nobody's: our books know it, and it differs from nothing.
    await payDeposit(system.sandbox, { ...first, amount: "500.00" });
    await untilEvent(pool, "deposito_sin_pago", FOUND_WITHIN_MS);

    // The first reads everything, the second only what is new.
    const whole = await api.trigger("sync");
    expect(whole).toMatchObject({ payments: 2, matched: 2, breaks: 0, difference_centavos: 0 });
    expect(await api.trigger("sync")).toMatchObject({ payments: 2, matched: 2, breaks: 0, difference_centavos: 0 });
    const runs = await pool.query("select span, rpc_calls, bank_calls from kustodia.reconciliation order by id");
    expect(runs.rows.map(({ span }) => span)).toEqual(["full", "incremental"]);
    expect(Number(runs.rows[1]?.rpc_calls)).toBeGreaterThan(0);
    expect(Number(runs.rows[1]?.bank_calls)).toBeGreaterThan(0);

    const { bridge, juno } = localAccounts();
    await transferByHand(juno.privateKey, bridge.address, 30_000_000n);
    await transferByHand(juno.privateKey, system.contracts.escrow, 20_000_000n);
    await transferByHand(bridge.privateKey, THIEF, 10_000_000n);
    // Our books lose a line, as a restored database would.
    const removed = await pool.query<{ id: number }>(
      "select transfer_id as id from kustodia.entry where payment_id = $1 and account = 'escrow' and amount_centavos > 0",
      [first.id],
    );
    expect(removed.rows).toHaveLength(1);
    await withoutTriggers(pool, "delete from kustodia.entry where transfer_id = $1", [removed.rows[0]?.id]);

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
      difference_centavos: 2_000 + 3_000 + 1_000 + 150_000,
    });
  },
  MINUTES_MS,
);
