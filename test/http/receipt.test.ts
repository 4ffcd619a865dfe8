import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReceiptView } from "../../reactor/http/receipts/receiptView.ts";
import type { LegKind } from "../../reactor/payments/leg.ts";
import { bankTransaction, claim, leg, party, speiDeposit } from "../../reactor/store/schema/index.ts";
import { BRIDGE, CHAIN_ID, createChainView, FACTS_CONTEXT, log, show, TOKEN } from "../store/chainView.ts";
import { NOW_MS, openApi } from "./openApi.ts";

const api = await openApi();
const reader = await api.person("Rita", ["read"]);
beforeAll(() => createChainView(api.pool));
afterAll(() => api.close());

const receiptOf = async (id: number) => (await api.get(`/api/payments/${id}/receipt`)).body as ReceiptView;
const movementsOf = (receipt: ReceiptView, kind: LegKind) =>
  receipt.legs.find((one) => one.leg === kind)?.movements ?? [];

/** Has a leg of the payment use up an outside fact. */
async function use(
  paymentId: number,
  kind: LegKind,
  source: typeof claim.$inferInsert.source,
  outsideId: string,
  freed = false,
) {
  const of = and(eq(leg.paymentId, paymentId), eq(leg.kind, kind));
  const [row] = await api.db.select({ id: leg.id }).from(leg).where(of);
  const freedAtMs = freed ? NOW_MS : null;
  await api.db.insert(claim).values({ legId: row?.id ?? 0, source, outsideId, freedAtMs });
}

async function deposit(receiverClabe: string, change: Partial<typeof speiDeposit.$inferInsert> = {}) {
  const fid = randomUUID();
  const row = { fid, receiverClabe, amountCentavos: 1_500_000n, status: "complete", createdAtMs: NOW_MS } as const;
  await api.db.insert(speiDeposit).values({ ...row, ...change });
  return fid;
}

test("of a payment that nothing has come for it says what is not there yet, in the capital's time", async () => {
  const { id } = await api.create();
  const receipt = await receiptOf(id);
  expect(receipt.issued_at).toBe("2026-01-20T12:00:00-06:00");
  expect(receipt.legs.flatMap(({ movements }) => movements)).toEqual([]);
  expect(receipt.pending.map(({ es }) => es)).toEqual([
    "Esperando el depósito SPEI",
    "Espera a que el depósito esté emitido",
    "Espera a que los fondos estén en Juno",
  ]);
  expect(receipt.hash_chain).toBeNull();
});

test("what is over without money waits for nothing more", async () => {
  const { id } = await api.create();
  expect((await api.post(`/api/payments/${id}/cancel`, { reason: "se arrepintió" })).status).toBe(200);
  await api.db
    .update(leg)
    .set({ state: "cancelled" })
    .where(and(eq(leg.paymentId, id), eq(leg.kind, "deposit")));
  expect((await receiptOf(id)).pending).toEqual([]);
});

test("a deposit is ready for Banxico when the bank told all of it; each part that it did not is named", async () => {
  const { id, deposit_clabe } = await api.create();
  await use(id, "deposit", "spei_deposit", await deposit(deposit_clabe, { claveRastreo: "CLAVE1", senderBank: "012" }));
  await use(id, "deposit", "spei_deposit", await deposit(deposit_clabe));
  const ceps = movementsOf(await receiptOf(id), "deposit").map(({ proof }) => "cep" in proof && proof.cep);
  expect(ceps).toMatchObject([
    {
      ...{ date: "2026-01-20", amount: "15000.00", clave_rastreo: "CLAVE1", beneficiary_clabe: deposit_clabe },
      ...{ sending_bank: { code: "012", name: "BBVA Bancomer" }, receiving_bank: { code: "710" }, missing: [] },
    },
    { clave_rastreo: null, sending_bank: null, missing: ["clave_rastreo", "sending_bank"] },
  ]);
});

test("a key that only reads is shown no whole CLABE, and told that it is not", async () => {
  const { id, deposit_clabe } = await api.create();
  await use(id, "deposit", "spei_deposit", await deposit(deposit_clabe, { claveRastreo: "CLAVE2", senderBank: "012" }));
  const { body } = await reader.get(`/api/payments/${id}/receipt`);
  expect(JSON.stringify(body)).not.toMatch(/(?<!\w)\d{18}(?!\w)/);
  expect(movementsOf(body as ReceiptView, "deposit")).toMatchObject([
    { proof: { cep: { missing: ["beneficiary_clabe"] } } },
  ]);
});

test("a deposit that the bank gave back says so; an order that failed comes before the one that followed", async () => {
  const { id, deposit_clabe } = await api.create();
  await use(id, "deposit", "spei_deposit", await deposit(deposit_clabe), true);
  for (const [index, status] of (["COMPLETE", "FAILED"] as const).entries()) {
    const createdAtMs = NOW_MS - index * 60_000;
    const row = { id: randomUUID(), type: "CRYPTO_WITHDRAWAL", status, amountBaseUnits: 15_000_000_000n } as const;
    await api.db.insert(bankTransaction).values({ ...row, refunded: false, createdAtMs, updatedAtMs: createdAtMs });
    await use(id, "custody", "bank_transaction", row.id);
  }
  const receipt = await receiptOf(id);
  expect(movementsOf(receipt, "deposit")).toMatchObject([{ step: "deposit_received", given_back: true }]);
  expect(movementsOf(receipt, "custody")).toMatchObject([
    { step: "withdrawn", amount: "15000.00", proof: { status: "FAILED" } },
    { step: "withdrawn", amount: "15000.00", proof: { status: "COMPLETE" } },
  ]);
});

test("a step that the index does not show now is named by its transaction alone", async () => {
  const { id } = await api.create();
  const [there, gone] = [`0x${"a1".repeat(32)}`, `0x${"b2".repeat(32)}`];
  const places = { from: FACTS_CONTEXT.junoWallet, to: BRIDGE, contract: TOKEN };
  await show(api.pool, log("Transfer", there, { ...places, amountBaseUnits: 15_000_000_000n }));
  for (const hash of [there, gone])
    await use(id, "custody", "token_transfer", `${CHAIN_ID}:${TOKEN}:${hash}:Transfer:1`);
  const [shown, lost] = movementsOf(await receiptOf(id), "custody");
  expect(shown).toMatchObject({
    ...{ step: "arrived", amount: "15000.00", at: "2026-02-25T00:14:50-06:00" },
    proof: { block_number: "90", block_hash: "0xb90", transaction_hash: there, settled: false },
  });
  expect(lost).toMatchObject({ step: "not_shown", amount: null, proof: { transaction_hash: gone } });
});

test("once its persons are erased a receipt has their payment and nobody's name", async () => {
  const { id } = await api.create();
  await api.db.delete(party).where(eq(party.paymentId, id));
  await api.pool.query(
    "delete from kustodia.payout_account where leg_id in (select id from kustodia.leg where payment_id = $1)",
    [id],
  );
  const receipt = await receiptOf(id);
  expect(receipt.parties).toMatchObject({ buyer: { name: null }, seller: { name: null } });
  expect(receipt.legs[2]?.beneficiary).toEqual({ payee: "seller", name: null, clabe: null, bank: null });
});

test("there is none of a payment that does not exist", async () => {
  expect((await api.get("/api/payments/999999/receipt")).status).toBe(404);
});
