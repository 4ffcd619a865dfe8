import { eq, inArray, sql } from "drizzle-orm";
import { deposit } from "../../bin/demo/api.ts";
import { assemble, describeChain } from "../../reactor/assemble.ts";
import { readConfig } from "../../reactor/config.ts";
import { openConsole } from "../../reactor/console.ts";
import { createClabe } from "../../reactor/juno/createClabe.ts";
import { registerBankAccount } from "../../reactor/juno/registerBankAccount.ts";
import { createMetrics } from "../../reactor/metrics/createMetrics.ts";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import type { Leg, LegKind } from "../../reactor/payments/leg.ts";
import type { BankSend } from "../../reactor/payments/table.ts";
import type { Reactor } from "../../reactor/reactor.ts";
import { readBank } from "../../reactor/readBank.ts";
import { ordersOf } from "../../reactor/step/orderOf.ts";
import { prepareCalls } from "../../reactor/step/prepareCalls.ts";
import { sendToBank } from "../../reactor/step/sendToBank.ts";
import { sendToChain } from "../../reactor/step/sendToChain.ts";
import type { Lease } from "../../reactor/store/holdLease.ts";
import { attempt, leg } from "../../reactor/store/schema/index.ts";
import { freshTables } from "../harness/freshDatabase.ts";
import { done, openSandboxBank, soon } from "../juno/sandboxBank.ts";
import { facts } from "../payments/knownFacts.ts";
import { SELLER_CLABE } from "../sandbox/openTestBank.ts";
import { AMOUNT_CENTAVOS, putLeg, storePayment } from "../store/freshStore.ts";

/** What a reactor has claimed: a leg, and the lease under which it may order something for it. */
export type Claimed = Readonly<{ leg: Leg; lease: Lease; facts: ReturnType<typeof facts> }>;

/** Orders something at the bank for claimed legs, as a turn does. @returns how many left. */
export const orderAtBank = async (by: Reactor, lease: Lease, batch: readonly BankOrder[]) =>
  sendToBank(by, lease, await ordersOf(by, batch));
type BankOrder = Omit<Claimed, "lease"> & Readonly<{ action: BankSend }>;

/**
 * A reactor as it is assembled at its start, on a real Postgres, a real chain and the sandbox, whose loop never runs: a test
 * calls one part of it at a moment of its own choosing.
 * @param env for reactor/config.ts, over what these parts say.
 */
export async function openIdleReactor(env: Readonly<Record<string, string>> = {}) {
  const [database, bank] = await Promise.all([freshTables(), openSandboxBank()]);
  const config = readConfig({
    DATABASE_URL: database.url,
    CHAIN_ID: "31337",
    ETH_RPC_URL: bank.rpcUrl,
    ESCROW_CONTRACT_ADDRESS_2: bank.escrow,
    MOCK_ERC20_ADDRESS: bank.mxnb,
    ESCROW_BRIDGE_WALLET: bank.bridge.address,
    ESCROW_PRIVATE_KEY: bank.bridge.privateKey,
    JUNO_WALLET: bank.juno.address,
    JUNO_STAGE_BASE_URL: bank.url,
    JUNO_STAGE_API_KEY: bank.client.apiKey,
    JUNO_STAGE_API_SECRET: bank.client.apiSecret,
    BANK_TIMEOUT_MS: "700",
    BANK_CALLS_A_MINUTE: "6000",
    ...env,
  });
  const told: string[] = [];
  const voice = openConsole("text", (line) => told.push(line), String);
  const metrics = createMetrics();
  const chain = describeChain(config, voice, metrics);
  const parts = [voice, metrics, new AbortController().signal] as const;
  const { reactor, databases } = await assemble(config, chain, ...parts);
  const others: Awaited<ReturnType<typeof assemble>>[] = [];

  /** Another reactor on the same database, bank and chain, started with some of its configuration otherwise. */
  async function another(change: Partial<typeof config> = {}) {
    const other = { ...config, ...change };
    others.push(await assemble(other, describeChain(other, voice, metrics), ...parts));
    return others.at(-1)?.reactor ?? reactor;
  }
  const { db } = databases.database;

  /** Money of others at the bank, pesos, and a reading that has seen it: without it nothing may leave. */
  async function fund(pesos: string): Promise<void> {
    await deposit(bank.url, { clabe: done(await createClabe(reactor.world.juno)).clabe, amount: pesos });
    await soon(async () => {
      await readBank(reactor, "full");
      if (((await reactor.store.availableCentavos(FIRST_ACCOUNT)) ?? 0n) === 0n)
        throw new Error("The deposit is not issued yet.");
    });
  }

  /** Makes one leg of a new payment due in this state, and claims it. */
  async function claimed(
    kind: LegKind,
    state: string,
    more: Readonly<{ amountCentavos?: bigint; carried?: Readonly<Record<string, string>> }> = {},
    by = reactor,
  ): Promise<Claimed> {
    const { id, carried } = await putLeg(db, await storePayment(db), kind, state);
    await db.update(leg).set({ dueAtMs: null });
    const amountCentavos = more.amountCentavos ?? AMOUNT_CENTAVOS;
    await db
      .update(leg)
      .set({ dueAtMs: sql`now()`, amountCentavos, carried: { ...carried, ...more.carried } })
      .where(eq(leg.id, id));
    return claimAgain(by);
  }

  /** Claims the one leg that is due, as any of the reactor's workers may. */
  async function claimAgain(by = reactor): Promise<Claimed> {
    const { legs, lease, nowMs } = await by.store.claimLegs(by.identity.holder(), 10);
    const [one] = legs;
    if (one === undefined || lease === null || legs.length > 1) throw new Error(`${legs.length} legs were due.`);
    return { leg: one, lease, facts: facts({ nowMs }) };
  }

  const attemptsOf = (one: Leg) =>
    db
      .select()
      .from(attempt)
      .where(inArray(attempt.legId, [one.id]))
      .orderBy(attempt.id);

  /** Registers the one beneficiary's account at the bank. @returns its id. */
  async function registered(): Promise<string> {
    const account = {
      tag: "vendedor",
      recipientLegalName: "Beto",
      clabe: SELLER_CLABE,
      ownership: "THIRD_PARTY",
    } as const;
    return done(await registerBankAccount(reactor.world.juno, account)).id;
  }

  /** Prepares and stores a leg's return to Juno, which only the lane sends. @returns how many took a nonce. */
  const sendBack = async ({ lease, ...one }: Claimed) => {
    const calls = await prepareCalls(reactor, [{ ...one, action: "returnToJuno" }]);
    return sendToChain(reactor, lease, calls, () => undefined);
  };

  return {
    reactor,
    db,
    config,
    another,
    bank,
    told,
    fund,
    claimed,
    claimAgain,
    attemptsOf,
    sendBack,
    registered,
    async close() {
      for (const { reactor: other, databases: its } of others) {
        await other.identity.close();
        await its.close();
      }
      await reactor.identity.close();
      await databases.close();
      await bank.close();
      await database.close();
    },
  };
}
