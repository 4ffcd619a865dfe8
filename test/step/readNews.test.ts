import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { BankTx, Spei } from "../../bin/simulate/bank/records.ts";
import { balancesJson, detailJson, speiJson, speiPage, springPage, summaryJson } from "../../bin/simulate/bank/wire.ts";
import type { Send } from "../../reactor/juno/client.ts";
import { readBank } from "../../reactor/readBank.ts";
import { bankTransaction, speiDeposit } from "../../reactor/store/schema/index.ts";
import { openIdleReactor } from "./idleReactor.ts";

const idle = await openIdleReactor();
afterAll(() => idle.close());
const { db } = idle;

const LISTED = 250;
const TRANSACTIONS = "/mint_platform/v1/transactions";
const DEPOSITS = "/spei/v1/deposits";

/** In the order in which they are listed. */
let transactions: BankTx[] = [];
let deposits: Spei[] = [];
let asked: string[] = [];
const pagesOf = (list: string) => asked.filter((path) => path === list).length;
const detailsAsked = () => asked.filter((path) => path.startsWith(`${TRANSACTIONS}/`)).length;

// A bank in this process, with the simulator's wire: the sandbox lists nothing late, and an hour of it is one page.
const send: Send = async (url) => {
  const { pathname: path, searchParams: query } = url;
  asked.push(path);
  return { httpStatus: 200, retryAfter: null, tooLong: false, text: answerOf(path, query) };
};
function answerOf(path: string, query: URLSearchParams): string {
  if (path === DEPOSITS) return speiPage(deposits, ({ listed }) => listed, query);
  if (path === "/mint_platform/v1/balances") return balancesJson(0n);
  const fromMs = Date.parse(query.get("iso_date_from") ?? "");
  const since = transactions.filter(({ createdAtMs }) => createdAtMs >= fromMs);
  if (path === TRANSACTIONS) return springPage(since, summaryJson, query);
  const one = transactions.find(({ id }) => path.endsWith(id));
  if (one === undefined) throw new Error(`The bank has no ${path}.`);
  return detailJson(one);
}
const reactor = { ...idle.reactor, world: { ...idle.reactor.world, juno: { ...idle.reactor.world.juno, send } } };

const secondsAgo = (seconds: number) => Date.now() - seconds * 1_000;
const movement = (createdAtMs: number, more: Partial<BankTx> = {}): BankTx => ({
  ...{ id: randomUUID(), type: "CRYPTO_DEPOSIT", status: "COMPLETE", amountBaseUnits: 1_000_000n, createdAtMs },
  ...{
    updatedAtMs: createdAtMs,
    txHash: `0x${randomUUID().replaceAll("-", "").repeat(2)}`,
    refunded: false,
    key: null,
  },
  ...{ clabe: null, accountId: null, address: null, fid: null, shownBackwards: false, listed: null, ...more },
});
const spei = (createdAtMs: number, fid: string = randomUUID()): Spei => ({
  createdAtMs,
  listed: speiJson({ fid, clabe: "710969000000000001", amountCentavos: 10_000n, createdAtMs }),
});
const isStored = async ({ id }: BankTx, status = "COMPLETE") =>
  (await db.select().from(bankTransaction).where(eq(bankTransaction.id, id))).some((row) => row.status === status);
const isDepositStored = async (fid: string) =>
  (await db.select().from(speiDeposit).where(eq(speiDeposit.fid, fid))).length === 1;

/** A place in a list that the third of its pages shows. */
const DEEP = 220;

beforeEach(async () => {
  transactions = Array.from({ length: LISTED }, (_, nth) => movement(secondsAgo(nth + 10)));
  deposits = Array.from({ length: LISTED }, (_, nth) => spei(secondsAgo(nth + 10)));
  await db.delete(bankTransaction);
  await db.delete(speiDeposit);
  expect(await readBank(reactor, "recent")).toMatchObject({ outcome: "done" });
  asked = [];
});

test("of an hour that is known one page is read of each list, and all of it by the slower reading", async () => {
  await readBank(reactor, "new");
  expect(asked).toEqual([TRANSACTIONS, DEPOSITS, "/mint_platform/v1/balances"]);
  asked = [];
  await readBank(reactor, "recent");
  expect([pagesOf(TRANSACTIONS), pagesOf(DEPOSITS)]).toEqual([3, 3]);
});

test("what is new is read whole, and its SPEI with it", async () => {
  const [fid, issued] = ["spei-new", movement(secondsAgo(1), { type: "ISSUANCE", fid: "spei-new" })];
  transactions.unshift(issued);
  deposits.unshift(spei(secondsAgo(2), fid));
  await readBank(reactor, "new");
  expect([await isStored(issued), await isDepositStored(fid)]).toEqual([true, true]);
  expect([pagesOf(TRANSACTIONS), detailsAsked(), pagesOf(DEPOSITS)]).toEqual([1, 1, 1]);
});

test("a movement that the bank lists late, among the old ones, is not missed", async () => {
  const late = movement(secondsAgo(DEEP + 10));
  transactions.splice(DEEP, 0, late);
  await readBank(reactor, "new");
  expect(await isStored(late)).toBe(true);
});

test("a movement that is listed late is not missed when the list lacks one that is known", async () => {
  const late = movement(secondsAgo(DEEP + 10));
  transactions.splice(DEEP, 0, late);
  transactions.shift();
  await readBank(reactor, "new");
  expect(await isStored(late)).toBe(true);
});

test("one that had not ended is asked for by itself, however deep it is listed", async () => {
  const open = movement(secondsAgo(DEEP + 10), { status: "IN_PROGRESS" });
  transactions.splice(DEEP, 0, open);
  await readBank(reactor, "new");
  asked = [];
  Object.assign(open, { status: "COMPLETE", updatedAtMs: Date.now(), listed: null });
  await readBank(reactor, "new");
  expect([pagesOf(TRANSACTIONS), detailsAsked()]).toEqual([1, 1]);
  expect(await isStored(open)).toBe(true);
});

test("a list that does not begin with the newest is read to its end", async () => {
  transactions.reverse();
  deposits.reverse();
  const [added, fid] = [movement(secondsAgo(1)), "spei-last"];
  transactions.push(added);
  deposits.push(spei(secondsAgo(1), fid));
  await readBank(reactor, "new");
  expect([await isStored(added), await isDepositStored(fid)]).toEqual([true, true]);
});

test("an issuance is given to nobody before its SPEI was looked for in the whole list", async () => {
  const fid = "spei-listed-late";
  deposits.splice(DEEP, 0, spei(secondsAgo(DEEP + 10), fid));
  await readBank(reactor, "new");
  expect(await isDepositStored(fid)).toBe(false);
  transactions.unshift(movement(secondsAgo(1), { type: "ISSUANCE", fid }));
  await readBank(reactor, "new");
  expect(await isDepositStored(fid)).toBe(true);
});

test("a SPEI that the bank lists late is found by the slower reading", async () => {
  const fid = "spei-of-nobody";
  deposits.splice(DEEP, 0, spei(secondsAgo(DEEP + 10), fid));
  await readBank(reactor, "recent");
  expect(await isDepositStored(fid)).toBe(true);
});

test("that a reading is stored is told before its money is given to payments", async () => {
  const done: string[] = [];
  const { saveBankReading, assignDeposits } = reactor.store;
  const noting = {
    ...reactor,
    store: {
      ...reactor.store,
      saveBankReading: (reading: Parameters<typeof saveBankReading>[0]) =>
        saveBankReading(reading).finally(() => done.push("saved")),
      assignDeposits: (policy: Parameters<typeof assignDeposits>[0]) => {
        done.push("matched");
        return assignDeposits(policy);
      },
    },
  };
  await readBank(noting, "new", () => done.push("told"));
  expect(done).toEqual(["saved", "told", "matched"]);
});
