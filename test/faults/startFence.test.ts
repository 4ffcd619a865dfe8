import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { killSwitchAt } from "../../bin/operate/killSwitchAt.ts";
import { liftByTwo } from "../../bin/operate/liftByTwo.ts";
import { until } from "../../bin/stack/until.ts";
import { type FreshSystem, freshSystem } from "../harness/freshSystem.ts";
import { withoutTriggers } from "../harness/withoutTriggers.ts";
import { apiOf } from "../journeys/support/api.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilRebuilt } from "../journeys/support/untilRebuilt.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";
import { moneyRequests } from "./support/bankRequests.ts";
import { copyDatabase, dropCopy } from "./support/copyDatabase.ts";
import { follow } from "./support/follow.ts";
import { untilLeg } from "./support/legs.ts";
import { attemptsOf } from "./support/orders.ts";

const WITHIN_MS = 120_000;
const SOME_READINGS_MS = 5_000;

const system = await freshSystem({ reactorEnv: { TIMERS: "off" } });
const name = new URL(system.database.url).pathname.slice(1);
const backup = `${name}_backup`;
let other: FreshSystem | null = null;
afterAll(async () => {
  await other?.close();
  await system.close();
  await dropCopy(backup);
});
let reactor = await system.startReactor();
let ponder = system.ponder;
const { pool } = system.database;
const { sandbox } = system;
const { paidBy, created, allPaidOnce } = follow(system, () => reactor);
const switchOf = (url: string) => killSwitchAt(url, system.apiKey);
const openReasons = async (url: string) =>
  (await switchOf(url).status()).history.filter(({ lifted_at }) => lifted_at === null).map(({ why }) => why);
const untilStopped = (url: string, words: RegExp) =>
  until(
    `a stop that says ${words}`,
    WITHIN_MS,
    async () => (await openReasons(url)).find((why) => words.test(why)),
    async () => (await openReasons(url)).join("; "),
  );

const hold = (paymentId: number, held: boolean) =>
  pool.query("update kustodia.payment set held = $2 where id = $1", [paymentId, held]);

/** The copy is seconds old; what it knows of its own readings and orders is made as old as the test says. */
const AGED_BY_TEN_MINUTES = Object.entries({
  bank_reading: ["started_at", "since"],
  head: ["read_at"],
  attempt: ["sent_at", "closed_at"],
  chain_transaction: ["created_at", "sent_at"],
  leg: ["entered_at", "deadline_at", "due_at", "woken_at"],
}).map(([table, columns]) => {
  const aged = columns.map((column) => `${column} = ${column} - interval '10 minutes'`);
  return `update kustodia.${table} set ${aged.join(", ")}`;
});

test("a database restored ten minutes back: the fence and the rebuilt books name what it forgot, and nothing is ordered a second time", async () => {
  // One waits right before its redemption, one right before its withdrawal: no order of either is stored in the copy.
  const [redeems] = await paidBy(["1500.00"], 1_000);
  if (!redeems) throw new Error("One payment was asked for.");
  const onItsWayBack = ["returning", "crediting", "returned"];
  await untilLeg(pool, redeems.id, "custody", ({ state }) => onItsWayBack.includes(state), WITHIN_MS);
  await hold(redeems.id, true);
  await untilLeg(pool, redeems.id, "payout", ({ reason }) => reason === "held", WITHIN_MS);
  await switchOf(reactor.url).pull("copia de la base");
  const [withdraws] = await paidBy(["2600.00"], 1_000);
  if (!withdraws) throw new Error("One payment was asked for.");
  await untilLeg(pool, withdraws.id, "custody", ({ reason }) => reason === "killed", WITHIN_MS);
  await reactor.stop();
  await ponder.stop();
  await copyDatabase(name, backup, { over: false });

  ponder = await system.restartPonder();
  reactor = await system.startReactor();
  await liftByTwo(reactor, system, "copia hecha");
  await hold(redeems.id, false);
  await allPaidOnce([redeems, withdraws]);
  const ordered = await moneyRequests(sandbox);
  const paid = await payouts();
  await untilRebuilt(system.environment);

  await reactor.stop();
  await ponder.stop();
  await copyDatabase(backup, name, { over: true });
  for (const age of AGED_BY_TEN_MINUTES) await withoutTriggers(pool, age);
  ponder = await system.restartPonder();
  reactor = await system.startReactor();
  await untilStopped(reactor.url, /nonce de la cadena/);
  await untilStopped(reactor.url, /una redención de \$1,500\.00 .*ninguna orden nuestra explica/);
  await untilStopped(reactor.url, /un retiro de \$2,600\.00 .*ninguna orden nuestra explica/);
  await untilStopped(reactor.url, /una redención de \$2,600\.00 .*ninguna orden nuestra explica/);

  await untilRebuilt(system.environment, [
    // Of the one that had its escrow made and released since, each of our forgotten transactions looks like a stranger's.
    ...["escrow_by_hand 2600.00", "escrow_by_hand 2600.00", "moved_by_hand 2600.00"],
    ...["unexplained_debit 1500.00", "unexplained_debit 2600.00", "unexplained_debit 2600.00"],
  ]);

  // Only persons lift it; what they let go on meets its own debit in the bank's list, and goes to a person each.
  await hold(redeems.id, false);
  await liftByTwo(reactor, system, "se revisará pago por pago");
  await untilLeg(pool, redeems.id, "payout", ({ reviewFrom }) => reviewFrom === "redeeming", WITHIN_MS);
  await untilLeg(pool, withdraws.id, "custody", ({ reviewFrom }) => reviewFrom === "withdrawing", WITHIN_MS);
  for (const id of [redeems.id, withdraws.id]) {
    const events = await apiOf(reactor, system).events(id);
    expect(events.find(({ type }) => type === "en_revision")?.description).toContain("el banco ya muestra");
  }
  await sleep(SOME_READINGS_MS);
  expect(await openReasons(reactor.url)).toEqual([]);
  expect(await moneyRequests(sandbox)).toEqual(ordered);
  expect(await payouts()).toEqual(paid);
}, 400_000);

const payouts = async () =>
  (await readBankBooks(sandbox)).paid_by_clabe.map(({ clabe, payouts: times }) => [clabe, times]);

test("two installations on one bank account: each sees the other's debit and stops, and both payments are whole", async () => {
  other = await freshSystem({ beside: system, reactorEnv: { TIMERS: "off" } });
  const second = await other.startReactor("other");
  const elsewhere = follow(other, () => second);
  const [ours] = await created(["3100.00"], 5_000);
  const [theirs] = await elsewhere.created(["3200.00"], 5_000);
  if (!ours || !theirs) throw new Error("Two payments were asked for.");
  await payDeposit(sandbox, ours);
  await untilStopped(second.url, /un retiro de \$3,100\.00 .*ninguna orden nuestra explica/);
  await payDeposit(sandbox, theirs);
  await untilLeg(other.database.pool, theirs.id, "custody", ({ reason }) => reason === "killed", WITHIN_MS);
  expect(await attemptsOf(other.database.pool, theirs.id, "withdraw")).toEqual([]);
  await untilStatus(apiOf(reactor, system), ours.id, "completed", WITHIN_MS);

  // Two persons of the other one let it go on: its withdrawal is seen here, and stops this one.
  await liftByTwo(second, other, "es la otra instalación");
  await untilStopped(reactor.url, /un retiro de \$3,200\.00 .*ninguna orden nuestra explica/);
  // A new database counts its payments from one again, and none of its keys is one that the bank has met.
  const { rows } = await pool.query<{ key: string }>("select key from kustodia.attempt");
  expect(theirs.id).toBeLessThan(ours.id);
  for (const { key } of await attemptsOf(other.database.pool, theirs.id, "withdraw")) {
    expect(rows.map((row) => row.key)).not.toContain(key);
  }
  const { orders } = await readBankBooks(sandbox);
  for (const { amountCentavos } of [ours, theirs]) {
    const debits = orders.filter(({ type, amount }) => type === "CRYPTO_WITHDRAWAL" && amount === amountCentavos);
    expect(debits).toHaveLength(1);
  }
}, 400_000);
