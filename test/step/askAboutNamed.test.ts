import { eq } from "drizzle-orm";
import { afterAll, beforeEach, expect, test } from "vitest";
import { balancesJson, detailJson } from "../../bin/simulate/bank/wire.ts";
import { askAboutNamed } from "../../reactor/askAboutNamed.ts";
import type { Send } from "../../reactor/juno/client.ts";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import { insertClaims } from "../../reactor/store/claims.ts";
import { availableCentavos, lastReadingMs } from "../../reactor/store/saveBankReading.ts";
import { bankTransaction, leg } from "../../reactor/store/schema/index.ts";
import { AMOUNT_CENTAVOS, freshClabe, putLeg, storePayment } from "../store/freshStore.ts";
import { issuance, read } from "../store/readings.ts";
import { openIdleReactor } from "./idleReactor.ts";

const idle = await openIdleReactor();
afterAll(() => idle.close());
const { db } = idle;

let asked: string[] = [];
let shown: "IN_PROGRESS" | "COMPLETE" = "COMPLETE";
let silentAbout: RegExp | null = null;
let balanceBaseUnits = 15_000_000n;
let clabe = freshClabe();

// A bank in this process, with the simulator's wire: the sandbox shows no transaction late.
const send: Send = async ({ pathname: path }) => {
  asked.push(path);
  const ok = { httpStatus: 200, retryAfter: null, tooLong: false };
  if (silentAbout?.test(path)) return { ...ok, httpStatus: 404, text: "{}" };
  if (path === "/mint_platform/v1/balances") return { ...ok, text: balancesJson(balanceBaseUnits) };
  const createdAtMs = Date.now() - 1_000;
  const text = detailJson({
    ...{
      id: path.split("/").at(-1) ?? "",
      type: "ISSUANCE",
      status: shown,
      amountBaseUnits: AMOUNT_CENTAVOS * 10_000n,
    },
    ...{ createdAtMs, updatedAtMs: createdAtMs, txHash: null, refunded: false, key: null, clabe, accountId: null },
    ...{ address: null, fid: null, shownBackwards: false, listed: null },
  });
  return { ...ok, text };
};
const reactor = { ...idle.reactor, world: { ...idle.reactor.world, juno: { ...idle.reactor.world.juno, send } } };

let rung: string[] = [];
const open = () =>
  askAboutNamed(reactor, { readBank: () => void rung.push("read bank"), moved: () => void rung.push("moved") });
let named = open();
const says = (id: string, status = "COMPLETE") =>
  JSON.stringify({ event: "TRANSACTION", payload: { type: "ISSUANCE", id, status, amount: "9.99" } });

/** A deposit whose issuance of this id was listed and claimed, and is waited for. */
async function issuing(id: string) {
  clabe = freshClabe();
  const payment = await storePayment(db, clabe);
  const one = await putLeg(db, payment, "deposit", "issuing");
  await insertClaims(db, one.id, [{ source: "issuance", outsideId: id }]);
  await read(db, { transactions: [issuance(id, { status: "IN_PROGRESS", receiverClabe: clabe })] });
  await db.update(leg).set({ dueAtMs: null }).where(eq(leg.id, one.id));
  return one;
}
const isDue = async ({ id }: { id: number }) =>
  (await db.select().from(leg).where(eq(leg.id, id))).some(({ dueAtMs }) => dueAtMs !== null);
const statusOf = async (id: string) =>
  (await db.select().from(bankTransaction).where(eq(bankTransaction.id, id)))[0]?.status;

beforeEach(() => {
  [asked, rung, shown, silentAbout, named] = [[], [], "COMPLETE", null, open()];
});

test("what a leg waits for is asked for by its name, with the balance after it, and wakes the leg; it is no reading", async () => {
  const waiting = await issuing("i-awaited");
  const before = await lastReadingMs(db, FIRST_ACCOUNT);
  expect(named.hear(says("i-awaited"))).toBe(true);
  await named.turn();
  expect(asked).toEqual(["/mint_platform/v1/transactions/i-awaited", "/mint_platform/v1/balances"]);
  expect([await statusOf("i-awaited"), await isDue(waiting), rung]).toEqual(["COMPLETE", true, ["moved"]]);
  expect(await availableCentavos(db, FIRST_ACCOUNT)).toBe(1_500n);
  expect(await lastReadingMs(db, FIRST_ACCOUNT)).toBe(before);
  await issuing("i-next");
  balanceBaseUnits = 20_000_000n;
  named.hear(says("i-next"));
  await named.turn();
  expect(await availableCentavos(db, FIRST_ACCOUNT)).toBe(2_000n);
});

test("what a webhook says is not believed: only what the bank shows is stored, and then the lists are asked", async () => {
  await issuing("i-forged");
  shown = "IN_PROGRESS";
  named.hear(says("i-forged"));
  await named.turn();
  expect([await statusOf("i-forged"), rung]).toEqual(["IN_PROGRESS", ["read bank", "moved"]]);
});

test("nobody is made to ask about one transaction twice", async () => {
  await issuing("i-again");
  named.hear(says("i-again"));
  await named.turn();
  expect(named.hear(says("i-again"))).toBe(false);
});

test("that a known transaction goes on concerns nobody; what nobody named yet, or had ended, is for the whole reading", async () => {
  await issuing("i-going-on");
  named.hear(says("i-going-on", "IN_PROGRESS"));
  await named.turn();
  expect(rung).toEqual([]);
  named.hear(says("i-unheard-of", "PENDING"));
  await named.turn();
  expect(rung).toEqual(["read bank"]);
  await issuing("i-ended");
  await read(db, { transactions: [issuance("i-ended")] });
  named.hear(says("i-ended"));
  await named.turn();
  expect([rung, asked]).toEqual([["read bank", "read bank"], []]);
});

test("a bank that does not answer stores nothing, and the lists are asked", async () => {
  await issuing("i-silent");
  silentAbout = /./;
  named.hear(says("i-silent"));
  await named.turn();
  expect([await statusOf("i-silent"), rung]).toEqual(["IN_PROGRESS", ["read bank", "moved"]]);
});

test("a bank that shows but one of two stores neither, and the lists are asked", async () => {
  for (const id of ["i-shown", "i-hidden"]) {
    await issuing(id);
    named.hear(says(id));
  }
  silentAbout = /i-hidden/;
  await named.turn();
  expect([await statusOf("i-shown"), await statusOf("i-hidden"), rung]).toEqual([
    ...["IN_PROGRESS", "IN_PROGRESS"],
    ["read bank", "moved"],
  ]);
});

test("that one has ended is not unsaid by an older webhook that comes later", async () => {
  await issuing("i-overtaken");
  named.hear(says("i-overtaken"));
  named.hear(says("i-overtaken", "IN_PROGRESS"));
  await named.turn();
  expect(await statusOf("i-overtaken")).toBe("COMPLETE");
});

test("what was named when the database did not answer is not forgotten: the lists are asked", async () => {
  // In place of a Postgres that is gone for one question.
  const standingOfNamed = () => Promise.reject(new Error("gone"));
  const failing = { ...reactor, store: { ...reactor.store, standingOfNamed } };
  const heard = askAboutNamed(failing, { readBank: () => void rung.push("read bank"), moved: () => undefined });
  heard.hear(says("i-lost"));
  await expect(heard.turn()).rejects.toThrow("gone");
  expect(rung).toEqual(["read bank"]);
});

test("what names no transaction, and what is too much to remember, is not taken", () => {
  expect(named.hear("null")).toBe(false);
  const taken = Array.from({ length: 101 }, (_, nth) => named.hear(says(`i-crowd-${nth}`)));
  expect(taken.filter(Boolean)).toHaveLength(100);
});
