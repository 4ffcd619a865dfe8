import { and, eq } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import type { DayView } from "../../reactor/http/reports/dayView.ts";
import type { StatementView } from "../../reactor/http/reports/statementView.ts";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import type { LegKind } from "../../reactor/payments/leg.ts";
import { toDecimal } from "../../reactor/payments/money.ts";
import { balancesAt } from "../../reactor/store/balancesAt.ts";
import { openBreak } from "../../reactor/store/breaks.ts";
import { toLeg } from "../../reactor/store/legRow.ts";
import { bankTransaction, claim, leg } from "../../reactor/store/schema/index.ts";
import { postArrival, postMovement, reserve, settleTransfers, suspend } from "../../reactor/store/transfers.ts";
import { openApi } from "./openApi.ts";

const api = await openApi({ nowMs: Date.now });
afterAll(() => api.close());
const reader = await api.person("Rita", ["read"]);
const today = new Date(Date.now() - 6 * 3_600_000).toISOString().slice(0, 10);

async function legOf(paymentId: number, kind: LegKind) {
  const [row] = await api.db
    .select()
    .from(leg)
    .where(and(eq(leg.paymentId, paymentId), eq(leg.kind, kind)));
  if (row === undefined) throw new Error(`Payment ${paymentId} has no ${kind} leg.`);
  return toLeg(row);
}

/** The bank issues an amount for what came to a CLABE. */
async function issue(id: string, receiverClabe: string, amountCentavos: bigint) {
  const row = { id, type: "ISSUANCE", status: "COMPLETE", receiverClabe, refunded: false } as const;
  const moments = { createdAtMs: Date.now(), updatedAtMs: Date.now() };
  await api.db.insert(bankTransaction).values({ ...row, ...moments, amountBaseUnits: amountCentavos * 10_000n });
}

/** A payment's deposit as the books get it: issued, and claimed by its leg. */
async function arrive(paymentId: number, issuanceId: string, clabe: string) {
  const deposit = await legOf(paymentId, "deposit");
  await issue(issuanceId, clabe, deposit.amountCentavos);
  await api.db.insert(claim).values({ source: "issuance", outsideId: issuanceId, legId: deposit.id });
  await postArrival(api.db, deposit, issuanceId, "buyer");
}

async function payOut(paymentId: number) {
  const payout = await legOf(paymentId, "payout");
  await reserve(api.db, payout, null, { from: "juno", to: "beneficiary" });
  await settleTransfers(api.db, payout.id, "posted");
}

const dayOf = async (day: string) => (await api.get(`/api/reports/day/${day}`)).body as DayView;
const placeOf = (view: DayView, place: string) => view.places.find((one) => one.place === place);
const statementOf = async (customer: string, period = "") =>
  (await api.get(`/api/customers/${encodeURIComponent(customer)}/statement${period}`)).body as StatementView;
const csvOf = async (key: string, path: string) => {
  const response = await api.app.request(path, { headers: { authorization: `Bearer ${key}` } });
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
};
const centavos = (pesos: string | undefined) => BigInt((pesos ?? "").replace(".", ""));

test("a day's opening, in and out are its closing in each place, which is what the books say then and tomorrow's opening", async () => {
  const before = await dayOf(today);
  const [one, two] = [await api.create({ amount: "1500.50" }), await api.create({ amount: "700.07" })];
  await arrive(one.id, "day-1", one.deposit_clabe);
  await arrive(two.id, "day-2", two.deposit_clabe);
  await payOut(one.id);
  const custody = await legOf(two.id, "custody");
  await reserve(api.db, custody, null, { from: "juno", to: "bridge" });
  const view = await dayOf(today);
  expect(view.complete).toBe(false);

  for (const { opening, in: came, out, closing } of view.places) {
    expect(centavos(opening) + centavos(came) - centavos(out)).toBe(centavos(closing));
  }
  const balances = await balancesAt(api.db, null);
  const tomorrow = await dayOf(new Date(Date.parse(today) + 86_400_000).toISOString().slice(0, 10));
  for (const { account, centavos: known } of balances) {
    expect(placeOf(view, account)?.closing).toBe(toDecimal(known));
    expect(placeOf(tomorrow, account)).toMatchObject({ opening: toDecimal(known), in: "0.00", out: "0.00" });
  }
  expect(view.places.reduce((sum, { closing }) => sum + centavos(closing), 0n)).toBe(0n);
  const grown = (place: string, column: "in" | "out") =>
    toDecimal(centavos(placeOf(view, place)?.[column]) - centavos(placeOf(before, place)?.[column]));
  expect([grown("buyer", "out"), grown("juno", "in"), grown("juno", "out")]).toEqual(["2200.57", "2200.57", "2200.57"]);
  expect([grown("beneficiary", "in"), grown("in_transit", "in"), grown("in_transit", "out")]).toEqual([
    ...["1500.50", "2200.57", "1500.50"],
  ]);
});

test("a day that is over before anything was posted is all zeros, complete, and begins at the capital's midnight", async () => {
  const view = await dayOf("2020-07-01");
  expect(view).toMatchObject({
    ...{ complete: true, from: "2020-07-01T00:00:00-05:00", through: "2020-07-02T00:00:00-05:00", breaks: [] },
  });
  expect(view.places.map(({ closing }) => closing)).toEqual(view.places.map(() => "0.00"));
});

test("the breaks of a day are in it while they stand", async () => {
  const payment = await api.create();
  const { id: legId } = await legOf(payment.id, "custody");
  const evidence = { consumed: { tx_hash: "0x1" }, seen: {} };
  const opened = {
    account: FIRST_ACCOUNT,
    kind: "vanished_fact",
    source: "token_transfer",
    outsideId: "log-1",
    ...evidence,
  } as const;
  const number = await openBreak(api.db, { ...opened, paymentId: payment.id, legId });
  expect((await dayOf(today)).breaks).toMatchObject([{ number, payment_id: payment.id, ended_at: null }]);
  expect((await dayOf("2020-07-01")).breaks).toEqual([]);
});

test("a statement tells each deposit of a CLABE, what became of it, and what is held", async () => {
  const customer = "cliente-del-estado";
  const payer = { id: customer, name: "Compradora de Prueba" };
  const [one, two] = [await api.create({ payer, amount: "1000.00" }), await api.create({ payer, amount: "250.25" })];
  await arrive(one.id, "st-1", one.deposit_clabe);
  await arrive(two.id, "st-2", two.deposit_clabe);
  await payOut(one.id);
  // From one of our places to another: nobody's statement.
  await postMovement(api.db, await legOf(two.id, "custody"), { from: "juno", to: "bridge" });
  await issue("st-3", one.deposit_clabe, 333_33n);
  await suspend(api.db, { issuanceId: "st-3", amountCentavos: 333_33n, from: "buyer" });

  const view = await statementOf(customer);
  expect(
    view.lines.map(({ kind, in: came, out, balance, payment_id }) => [kind, came, out, balance, payment_id]),
  ).toEqual([
    ["deposit", "1000.00", null, "1000.00", one.id],
    ["deposit", "250.25", null, "1250.25", two.id],
    ["payout", null, "1000.00", "250.25", one.id],
    ["deposit", "333.33", null, "583.58", null],
  ]);
  expect(view).toMatchObject({ opening: "0.00", closing: "583.58", customer: { deposit_clabe: one.deposit_clabe } });
  expect(view.lines.map(({ issuance_id }) => issuance_id)).toEqual(["st-1", "st-2", null, "st-3"]);

  const later = `?from=2099-01-01&to=2099-01-31`;
  expect(await statementOf(customer, later)).toMatchObject({ opening: "583.58", lines: [], closing: "583.58" });
});

test("a deposit given to another customer's payment leaves the one's statement and enters the other's", async () => {
  const payment = await api.create({ amount: "480.00" });
  const sender = await api.create();
  await issue("cross-1", sender.deposit_clabe, 480_00n);
  await suspend(api.db, { issuanceId: "cross-1", amountCentavos: 480_00n, from: "buyer" });
  const deposit = await legOf(payment.id, "deposit");
  await api.db.insert(claim).values({ source: "issuance", outsideId: "cross-1", legId: deposit.id });
  await postArrival(api.db, deposit, "cross-1", "buyer");
  const told = async (id: string) => (await statementOf(id)).lines.map(({ kind, balance }) => [kind, balance]);
  expect(await told(sender.payer.id)).toEqual([
    ["deposit", "480.00"],
    ["to_another", "0.00"],
  ]);
  expect(await told(payment.payer.id)).toEqual([["from_another", "480.00"]]);
});

test("a table for spreadsheets runs nothing of what others wrote in it, keeps amounts exact, and masks for who only reads", async () => {
  const customer = '=HYPERLINK("http://malo.example","cobrar a 032180000118359719")';
  const payment = await api.create({ payer: { id: customer, name: "Compradora" }, amount: "9999999.99" });
  await arrive(payment.id, "+cmd|' /C calc'!A0", payment.deposit_clabe);
  const path = `/api/customers/${encodeURIComponent(customer)}/statement.csv`;
  const { type, text } = await csvOf(api.apiKey, path);
  expect(type).toBe("text/csv; charset=utf-8");
  const cells = text.replace("\uFEFF", "").split(/,|\r\n/);
  expect(cells.filter((cell) => /^"?[=+\-@]/.test(cell))).toEqual([]);
  expect(text).toContain(`"'=HYPERLINK(""http://malo.example"",""cobrar a 032180000118359719"")"`);
  expect(text).toContain(",deposit,9999999.99,,9999999.99,");
  expect(text).toContain(payment.deposit_clabe);
  expect((await csvOf(reader.key, path)).text).not.toMatch(/(?<!\w)\d{18}(?!\w)/);
  expect(JSON.stringify((await reader.get(path.replace(".csv", ""))).body)).not.toMatch(/(?<!\w)\d{18}(?!\w)/);

  const day = (await csvOf(reader.key, `/api/reports/day/${today}.csv`)).text;
  expect(day).toContain("day,place,opening,in,out,closing\r\n");
  // What buyers have paid in stands below zero, and is a number for all that.
  expect(day).toMatch(new RegExp(`${today},buyer,0\\.00,0\\.00,\\d+\\.\\d\\d,-\\d+\\.\\d\\d\r\n`));
});

test("a day or a period that is none, and a customer who is none, are refused by name", async () => {
  const { payer } = await api.create();
  const refused = async (path: string) => (await api.get(path)).body as { type: string };
  for (const day of ["2026-02-30", "ayer", "2026-11-22.pdf"]) {
    expect(await refused(`/api/reports/day/${day}`)).toMatchObject({ type: "/problems/not_a_day" });
  }
  const statement = `/api/customers/${payer.id}/statement`;
  expect(await refused(`${statement}?from=2026-02-02&to=2026-02-01`)).toMatchObject({
    type: "/problems/period_backwards",
  });
  expect(await refused(`${statement}?from=2024-01-01&to=2026-02-01`)).toMatchObject({
    type: "/problems/period_too_long",
  });
  expect(await refused("/api/customers/nadie/statement")).toMatchObject({ type: "/problems/customer_not_found" });
});
