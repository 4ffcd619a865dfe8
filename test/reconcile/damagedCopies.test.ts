import { setTimeout as sleep } from "node:timers/promises";
import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { encodeAbiParameters, encodeEventTopics, type Hex, pad } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { rebuild } from "../../bin/reconcile/rebuild.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import { reconcilerOf } from "../../reactor/assemble.ts";
import { readConfig } from "../../reactor/config.ts";
import type { Send } from "../../reactor/juno/client.ts";
import { sendByHttp } from "../../reactor/juno/exchange.ts";
import { getTransaction } from "../../reactor/juno/getTransaction.ts";
import type { Finding } from "../../reactor/reconcile/finding.ts";
import { bankAccess } from "../../reactor/store/bankAccess.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { addressesOf } from "../../reactor/takeControls.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { type Api, apiOf } from "../journeys/support/api.ts";
import { createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { JOURNEY_MS, untilStatus } from "../journeys/support/untilStatus.ts";

/**
 * Two settled payments of a real system, read again by the reconciliation through a copy of one side that has been damaged:
 * what the bank's list answers, what the node answers, or our own rows in a transaction that is rolled back.
 */
const system = await freshSystem({ reactorEnv: { TIMERS: "off" } });
const config = readConfig(system.environment);
const database = openDatabase(config.databaseUrl, 4, () => undefined);
const { bank: account, bankCallsAMinute } = config;
const access = bankAccess(database.db, account.apiKey, addressesOf(config), bankCallsAMinute, (ms) => sleep(ms));
afterAll(async () => {
  await database.close();
  await system.close();
});

type Copies = Readonly<{ bank?: Send; node?: typeof fetch; books?: string }>;

/** What is found when these copies are read in place of the true ones. */
async function differing({ bank = sendByHttp, node = fetch, books }: Copies): Promise<readonly Finding[]> {
  const juno = { ...config.bank, timeoutMs: config.bankTimeoutMs, ...access, now: Date.now, send: bank };
  const client = await database.pool.connect();
  try {
    await client.query("begin");
    if (books !== undefined) await damageBooks(client, books);
    const db = drizzle({ client }) as unknown as typeof database.db;
    return (await rebuild(reconcilerOf(config, db, juno, () => node))).differing;
  } finally {
    await client.query("rollback");
    client.release();
  }
}

async function damageBooks(client: pg.PoolClient, statement: string): Promise<void> {
  await client.query("set local session_replication_role = replica");
  expect((await client.query(statement)).rowCount).toBeGreaterThan(0);
}

/**
 * The kinds and whose they are. Of a bank list that was damaged its balance, which was not, also tells as soon as the last
 * movement is a minute old: that is not what these tests are about.
 */
const named = (findings: readonly Finding[]) =>
  findings.filter(({ kind }) => kind !== "balance_difference").map(({ kind, paymentId }) => [kind, paymentId] as const);

type Item = Readonly<{ id: string; transaction_type: string; amount: number }>;
type Page = Readonly<{ payload: Readonly<{ content: readonly Item[] }> }>;

/** The bank's list with some items otherwise. @param details what it says of an item that was made up. */
const listedAs =
  (change: (items: readonly Item[]) => readonly Item[], details: Readonly<Record<string, string>> = {}): Send =>
  async (url, request, timeoutMs) => {
    const madeUp = details[url.pathname.split("/").at(-1) ?? ""];
    if (madeUp !== undefined) return { httpStatus: 200, retryAfter: null, text: madeUp, tooLong: false };
    const answer = await sendByHttp(url, request, timeoutMs);
    if (!url.pathname.endsWith("/transactions")) return answer;
    const { payload, ...rest }: Page = JSON.parse(answer.text);
    const content = change(payload.content);
    return {
      ...answer,
      text: JSON.stringify({ ...rest, payload: { ...payload, content, total_elements: content.length } }),
    };
  };

type Log = Readonly<{ topics: readonly Hex[]; data: Hex; transactionHash: Hex }>;
/** One contract, or all lanes'. */
type Filter = Readonly<{ address?: Hex | readonly Hex[]; topics?: readonly unknown[] }>;

/** What the node answers of logs, otherwise. */
const loggedAs =
  (change: (logs: readonly Log[], asked: Filter) => readonly Log[]): typeof fetch =>
  async (url, request) => {
    const { method, params } = JSON.parse(String(request?.body)) as { method: string; params: [Filter] };
    const response = await fetch(url, request);
    if (method !== "eth_getLogs") return response;
    const { result, ...rest } = (await response.json()) as { result: readonly Log[] };
    return Response.json({ ...rest, result: change(result, params[0]) });
  };

const THIEF = "0x00000000000000000000000000000000deadbeef";
const STRANGE: Hex = `0x${"ab".repeat(32)}`;
const bridge = localAccounts().bridge.address;
const [TRANSFER] = encodeEventTopics({ abi: mxnbAbi, eventName: "Transfer" });
const BASE_UNITS = encodeAbiParameters([{ type: "uint256" }], [7_000_000n]);
const isTransfer = ({ topics }: Log, from: string, to: string) =>
  [TRANSFER, pad(from as Hex), pad(to as Hex)].every((topic, at) => topics[at]?.toLowerCase() === topic?.toLowerCase());

let api: Api;
let whole: number;
let other: number;
let payoutOf: (items: readonly Item[]) => Item;
let detail: string;
let escrowId: string;

beforeAll(async () => {
  api = apiOf(await system.startReactor(), system);
  const wishes = ["1500.00", "2200.50"].map((amount) => ({ amount, customer: `compradora ${amount}` }));
  const made = await Promise.all(wishes.map((one) => createPayment(api, one)));
  for (const payment of made) await payDeposit(system.sandbox, payment);
  const views = await Promise.all(made.map(({ id }) => untilStatus(api, id, "completed")));
  escrowId = views[0]?.smart_contract_escrow_id ?? "";
  [whole = 0, other = 0] = made.map(({ id }) => id);
  const redemption = views[0]?.bank_references.redemption_id ?? "";
  payoutOf = (items) => {
    const found = items.find(({ id }) => id === redemption);
    if (found === undefined) throw new Error(`The bank does not list ${redemption}.`);
    return found;
  };
  await until("undamaged copies that agree", JOURNEY_MS, async () =>
    (await differing({})).length === 0 ? true : undefined,
  );
  const juno = { ...config.bank, timeoutMs: config.bankTimeoutMs, ...access, now: Date.now };
  const heard: Send = async (...call) => {
    const answer = await sendByHttp(...call);
    detail = answer.text;
    return answer;
  };
  await getTransaction({ ...juno, send: heard }, redemption);
}, JOURNEY_MS);

/** Of the first payment: its custody leg's and its payout leg's rows. */
const legOf = (kind: string) => `(select id from kustodia.leg where payment_id = ${whole} and kind = '${kind}')`;
const transferTo = (place: string, kind: string) =>
  `(select id from kustodia.transfer where leg_id = ${legOf(kind)} and to_place = '${place}')`;

type Damage = Readonly<{
  name: string;
  copies: () => Copies;
  found: () => readonly (readonly [string, number | null])[];
}>;

const damages: readonly Damage[] = [
  {
    name: "the bank's list lacks a payout",
    copies: () => ({ bank: listedAs((items) => items.filter((one) => one !== payoutOf(items))) }),
    found: () => [["missing_event", whole]],
  },
  {
    name: "the bank's list has a payout twice",
    copies: () => ({
      bank: listedAs((items) => [{ ...payoutOf(items), id: "second" }, ...items], {
        second: detail.replaceAll(/"transaction_id":"[^"]*"/g, '"transaction_id":"second"'),
      }),
    }),
    found: () => [["doubled_payout", whole]],
  },
  {
    name: "the bank's list has a payout of another amount",
    copies: () => ({
      bank: listedAs((items) =>
        items.map((one) => (one === payoutOf(items) ? { ...one, amount: one.amount + 1 } : one)),
      ),
    }),
    found: () => [["changed_amount", whole]],
  },
  {
    name: "the chain's logs lack the funding of an escrow",
    copies: () => ({ node: loggedAs((logs) => logs.filter((log) => !isFunding(log))) }),
    found: () => [["missing_event", whole]],
  },
  {
    name: "the chain's logs have another amount in it",
    copies: () => ({
      node: loggedAs((logs) => logs.map((log) => (isFunding(log) ? { ...log, data: BASE_UNITS } : log))),
    }),
    found: () => [["changed_amount", whole]],
  },
  {
    name: "the chain's logs have tokens that went from the bridge to a stranger",
    copies: () => ({ node: withStrange([transferLog(bridge, THIEF)]) }),
    found: () => [["stolen_tokens", null]],
  },
  ...["EscrowReleased", "EscrowCancelled"].map((eventName) => ({
    name: `the chain's logs have a stranger's ${eventName}`,
    copies: () => ({
      node: withStrange([escrowLog(eventName as "EscrowReleased"), transferLog(system.contracts.escrow, bridge)]),
    }),
    found: () => [["escrow_by_hand", whole] as const],
  })),
  {
    name: "the chain's logs have a stranger's EscrowDisputed",
    copies: () => ({ node: withStrange([escrowLog("EscrowDisputed")]) }),
    found: () => [["escrow_by_hand", whole]],
  },
  {
    name: "the chain's logs have tokens that the contract's owner rescued",
    copies: () => ({ node: withStrange([RESCUED, transferLog(system.contracts.escrow, THIEF)]) }),
    found: () => [["rescued_tokens", null]],
  },
  {
    name: "our books lack a payout",
    copies: () => ({
      books: `delete from kustodia.entry where transfer_id = ${transferTo("beneficiary", "payout")}`,
    }),
    found: () => [["unposted_movement", whole]],
  },
  {
    name: "our books have a payout twice",
    copies: () => ({
      books: `with again as (
          insert into kustodia.transfer (leg_id, from_place, to_place, amount_centavos, state, closed_at)
          select leg_id, from_place, to_place, amount_centavos, state, closed_at
          from kustodia.transfer where id = ${transferTo("beneficiary", "payout")} returning id)
        insert into kustodia.entry (transfer_id, payment_id, leg_id, account, amount_centavos, posted_at)
        select again.id, payment_id, leg_id, account, amount_centavos, posted_at
        from kustodia.entry, again where transfer_id = ${transferTo("beneficiary", "payout")}`,
    }),
    found: () => [["doubled_payout", whole]],
  },
  {
    name: "our books have another amount in an escrow",
    copies: () => ({
      books: `update kustodia.entry set amount_centavos = 2 * amount_centavos
        where transfer_id = ${transferTo("escrow", "custody")}`,
    }),
    found: () => [["changed_amount", whole]],
  },
  {
    name: "an order of ours is of another amount",
    copies: () => ({
      books: `update kustodia.leg set amount_centavos = amount_centavos + 1 where id = ${legOf("payout")}`,
    }),
    found: () => [["changed_amount", whole]],
  },
  {
    name: "all sides are damaged at once, of two payments",
    copies: () => ({
      bank: listedAs((items) => items.filter((one) => one !== payoutOf(items))),
      books: `delete from kustodia.entry where payment_id = ${other} and transfer_id in (
        select id from kustodia.transfer where to_place = 'escrow')`,
    }),
    found: () => [
      ["missing_event", whole],
      ["unposted_movement", other],
    ],
  },
];

const FUNDED = encodeAbiParameters([{ type: "uint256" }], [1_500_000_000n]);
const isFunding = (log: Log) => isTransfer(log, bridge, system.contracts.escrow) && log.data === FUNDED;

type Strange = Readonly<{ topics: readonly Hex[]; data: Hex }>;

/** The first payment's escrow's own word. Of a dispute: who opened it, and why. */
function escrowLog(eventName: "EscrowReleased" | "EscrowCancelled" | "EscrowDisputed"): Strange {
  const args = { escrowId: BigInt(escrowId) };
  const topics = encodeEventTopics({ abi: kustodiaEscrowAbi, eventName, args }) as Hex[];
  if (eventName !== "EscrowDisputed") return { topics, data: "0x" };
  return { topics, data: encodeAbiParameters([{ type: "address" }, { type: "string" }], [THIEF, "a mano"]) };
}

const RESCUED: Strange = {
  topics: encodeEventTopics({
    abi: kustodiaEscrowAbi,
    eventName: "TokensRescued",
    args: { token: system.contracts.mxnb as Hex, to: THIEF },
  }) as Hex[],
  data: BASE_UNITS,
};

const transferLog = (from: string, to: string): Strange => ({
  topics: [TRANSFER, pad(from as Hex), pad(to as Hex)].flatMap((topic) => topic ?? []),
  data: BASE_UNITS,
});

/** The node's logs with those of a transaction that nobody of ours sent, where the question asks for them. */
const withStrange = (strange: readonly Strange[]) =>
  loggedAs((logs, { topics, address }) => {
    const [like] = logs;
    const [contract] = [address ?? []].flat();
    if (like === undefined || contract === undefined) return logs;
    const isEscrow = contract.toLowerCase() === system.contracts.escrow.toLowerCase();
    const asked = strange.filter(({ topics: [word, from] }) => {
      if (isEscrow) return word !== TRANSFER;
      const froms = topics?.[1];
      return (
        word === TRANSFER && Array.isArray(froms) && froms.some((one) => one.toLowerCase() === from?.toLowerCase())
      );
    });
    return [...logs, ...asked.map((one) => ({ ...like, ...one, address: contract, transactionHash: STRANGE }))];
  });

describe.each(damages)("$name", ({ copies, found }) => {
  test("is found and named, and nothing else is", async () => {
    const findings = await differing(copies());
    expect(named(findings).toSorted()).toEqual(found().toSorted());
    for (const { sides } of findings) expect(Object.keys(sides)).not.toEqual([]);
  });
});

test(
  "a payout that the bank really executes twice under one key is found and named",
  async () => {
    expect(await differing({})).toEqual([]);
    await turnDial(system.sandbox, [{ kind: "execute-key-twice", endpoint: "POST /mint_platform/v1/redemptions" }]);
    const twice = await createPayment(api, { amount: "333.00", customer: "doble" });
    // The second one is paid out of other money that is at the bank: here of a deposit that nobody waits for.
    await payDeposit(system.sandbox, { ...twice, amount: "400.00" });
    await payDeposit(system.sandbox, twice);
    await until(
      "a payout found doubled",
      JOURNEY_MS,
      async () => (String(named(await differing({}))) === `doubled_payout,${twice.id}` ? true : undefined),
      async () => JSON.stringify(named(await differing({}))),
    );
  },
  JOURNEY_MS,
);
