import { randomUUID } from "node:crypto";
import { afterAll, beforeEach, expect, test } from "vitest";
import { FIRST_ACCOUNT, FIRST_LANE } from "../../reactor/payments/lanes.ts";
import type { Leg } from "../../reactor/payments/leg.ts";
import { adoptAttempt, closeAttempt, openAttempt } from "../../reactor/store/attempts.ts";
import { insertClaims } from "../../reactor/store/claims.ts";
import { loadFacts } from "../../reactor/store/facts.ts";
import { liftKillSwitch, openPulls } from "../../reactor/store/killSwitch.ts";
import { saveBankReading } from "../../reactor/store/saveBankReading.ts";
import { withoutTriggers } from "../harness/withoutTriggers.ts";
import { freshStore, putLeg, storePayment } from "./freshStore.ts";
import { BRIDGE, issuance } from "./readings.ts";

const store = await freshStore();
const { db, pool } = store;
afterAll(() => store.close());
beforeEach(() =>
  withoutTriggers(
    pool,
    "truncate kustodia.kill_switch, kustodia.bank_transaction, kustodia.attempt, kustodia.claim cascade",
  ),
);

const CONTEXT = {
  lane: FIRST_LANE,
  account: FIRST_ACCOUNT,
  chainId: 31337,
  confirmations: 0n,
  bridge: BRIDGE,
  junoWallet: "0xjuno",
  escrowContract: "0xescrow",
  token: "0xtoken",
  keyLifetimeMs: 3_600_000,
  askBankEveryMs: 30_000,
};

type Listed = ReturnType<typeof issuance>;
const redemption = (id: string, changes: Partial<Listed> = {}): Listed =>
  issuance(id, {
    type: "REDEMPTION",
    status: "IN_PROGRESS",
    receiverClabe: null,
    bankAccountId: "account-1",
    ...changes,
  });
const withdrawal = (id: string, changes: Partial<Listed> = {}): Listed =>
  redemption(id, { type: "CRYPTO_WITHDRAWAL", bankAccountId: null, address: BRIDGE, ...changes });

const read = (...transactions: readonly Listed[]) =>
  saveBankReading(db, {
    transactions,
    deposits: [],
    refunds: [],
    availableBaseUnits: null,
    startedAtMs: Date.now(),
    sinceMs: Date.now() - 60_000,
    ours: { lane: FIRST_LANE, account: FIRST_ACCOUNT, bridge: BRIDGE },
    newestReactor: 0,
  });
const whys = async () => (await openPulls(db)).map(({ why }) => why);

/** A payout on its way to the bank: its intent is stored, and no answer. */
async function redeeming() {
  const leg = await putLeg(db, await storePayment(db), "payout", "redeeming");
  const attempt = await openAttempt(db, leg, "redeem", randomUUID(), "numbered", Date.now());
  return { leg, attempt };
}

const answer = (id: number, outcome: "unknown" | "refused", when: "never" | null = null) =>
  closeAttempt(db, id, { outcome, outsideId: null, when, reason: null, evidence: {} });

test.each([
  [
    "a redemption",
    redemption("r-1"),
    /una redención de \$1,500\.50 \(r-1\).* \/ .*a redemption of \$1,500\.50 \(r-1\)/,
  ],
  ["a withdrawal", withdrawal("w-1"), /un retiro de \$1,500\.50 \(w-1\).* \/ .*a withdrawal of \$1,500\.50 \(w-1\)/],
])(
  "%s that no order explains stops the money at its second reading, by its id and amount in both languages",
  async (_what, stray, words) => {
    expect(await read(stray)).toMatchObject({ suspected: true, events: [] });
    expect(await whys()).toEqual([]);
    const second = await read(stray);
    expect(second).toMatchObject({ suspected: false, events: [{ type: "interruptor_activado" }] });
    expect(await whys()).toEqual([expect.stringMatching(words)]);
  },
);

test("what two persons lifted is not pulled again by the same debit, and is by another one", async () => {
  for (let times = 0; times < 2; times++) await read(redemption("r-2"));
  await liftKillSwitch(db, { reason: "visto", persons: ["Ana", "Beto"], upTo: null });
  for (let times = 0; times < 3; times++) expect((await read(redemption("r-2"))).events).toEqual([]);
  expect(await whys()).toEqual([]);
  for (let times = 0; times < 2; times++) await read(redemption("r-2"), redemption("r-3"));
  expect(await whys()).toEqual([expect.stringContaining("r-3")]);
});

test("a debit whose answer comes between two readings stops nothing, and is counted anew if it is ever alone again", async () => {
  const { leg } = await redeeming();
  const [mine, other] = [redemption("r-mine"), redemption("r-other")];
  await read(mine, other);
  await insertClaims(db, leg.id, [{ source: "bank_transaction", outsideId: "r-other" }]);
  expect(await read(mine, other)).toMatchObject({ suspected: false });
  expect(await whys()).toEqual([]);
});

test.each<readonly [string, boolean, (one: { leg: Leg; attempt: { id: number } }) => Promise<unknown>]>([
  ["that waits for its answer", true, async () => undefined],
  ["of unknown outcome", true, ({ attempt }) => answer(attempt.id, "unknown")],
  [
    "refused after one of unknown outcome",
    true,
    async ({ leg, attempt }) => {
      await answer(attempt.id, "unknown");
      const again = await openAttempt(db, leg, "redeem", randomUUID(), "numbered", Date.now());
      await answer(again.id, "refused", "never");
    },
  ],
  ["that was clearly refused", false, ({ attempt }) => answer(attempt.id, "refused", "never")],
  [
    "that has its own debit already",
    false,
    async ({ leg, attempt }) => {
      await adoptAttempt(db, attempt.id, "r-own");
      await insertClaims(db, leg.id, [{ source: "bank_transaction", outsideId: "r-own" }]);
    },
  ],
])("an order %s explains a debit: %s", async (_what, explains, become) => {
  const one = await redeeming();
  await become(one);
  for (let times = 0; times < 2; times++) await read(redemption("r-4"), redemption("r-own"));
  expect((await whys()).filter((why) => why.includes("r-4"))).toHaveLength(explains ? 0 : 1);
});

test.each([
  ["made before this database", { createdAtMs: Date.now() - 3_600_000 }],
  ["that failed", { status: "FAILED" as const }],
  ["that is a credit", { type: "CRYPTO_DEPOSIT" as const }],
])("a movement %s is no concern of ours", async (_what, changes) => {
  for (let times = 0; times < 3; times++)
    expect(await read(redemption("r-5", changes))).toMatchObject({ suspected: false });
  expect(await whys()).toEqual([]);
});

test("one order of ours explains one debit", async () => {
  await redeeming();
  for (let times = 0; times < 2; times++) await read(redemption("r-6"), redemption("r-7"));
  expect(await whys()).toHaveLength(1);
});

test("a leg that would order the same, now or next, is told of it, if its payment is not younger; another is not", async () => {
  const account = (bankAccountId: string) => ({ carried: { bankAccountId } });
  const like = { ...(await putLeg(db, await storePayment(db), "payout", "redeeming")), ...account("account-1") };
  const others = [
    { ...like, ...account("account-2") },
    { ...like, amountCentavos: like.amountCentavos + 1n },
    { ...like, state: "paying" as const },
  ];
  const told = async (leg: Leg) => {
    const context = { ...CONTEXT, staleAfterMs: 60_000, screens: false, holder: 0, indexSchema: "chain" };
    return (await loadFacts(db, [leg], context, Date.now())).get(leg.id)?.strayDebitId;
  };
  await read(redemption("r-8"));
  // What a ready leg orders may be decided in the turn that finds it ready.
  for (const one of [like, { ...like, state: "ready" as const }]) expect(await told(one)).toBe("r-8");
  for (const other of others) expect(await told(other)).toBeNull();
  await pool.query("update kustodia.payment set created_at = now() + interval '6 minutes' where id = $1", [
    like.paymentId,
  ]);
  expect(await told(like)).toBeNull();
});
