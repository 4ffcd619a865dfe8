import { and, eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { paymentView } from "../../reactor/http/wire/paymentView.ts";
import type { AnyState, LegKind } from "../../reactor/payments/leg.ts";
import { BASE_UNITS_PER_CENTAVO } from "../../reactor/payments/money.ts";
import { bankTransaction, claim, leg, ruling, unassignedDeposit } from "../../reactor/store/schema/index.ts";
import { carriedIn } from "../payments/knownFacts.ts";
import { readLegRow } from "../store/freshStore.ts";
import { newClabe, openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());
const { db } = api;
const ana = await api.person("Ana", ["read", "operate", "approve"]);
const beto = await api.person("Beto", ["approve"]);

const REASON = { reason: "lo pidió el cliente" };
const planned = z.object({ hash: z.string() });
const problem = (name: string) => ({ body: { type: `/problems/${name}` } });
const operate = (id: number, verb: string, body: object = {}) =>
  ana.post(`/api/payments/${id}/${verb}`, { ...REASON, ...body });
const confirm = (answer: { body: unknown }) => beto.post(`/api/plans/${planned.parse(answer.body).hash}/confirm`, {});

/** A payment with a leg of it in a state. */
async function paymentIn(kind: LegKind, state: string, terms: object = {}) {
  const { id } = await api.create(terms);
  await db
    .update(leg)
    .set({ state: state as AnyState, carried: carriedIn(kind, state) })
    .where(and(eq(leg.paymentId, id), eq(leg.kind, kind)));
  return id;
}

async function rulingsOf(id: number, kind: LegKind) {
  const { id: legId, dueAtMs } = await readLegRow(db, id, kind);
  const rows = await db.select().from(ruling).where(eq(ruling.legId, legId));
  return { due: dueAtMs !== null, rows: rows.map((row) => ({ kind: row.kind, actor: row.actor, reason: row.reason })) };
}

test.each([
  ["cancel", "deposit", "awaiting", "cancel"],
  ["dispute", "custody", "active", "dispute"],
] as const)("%s is one person's: the leg is woken to carry it out", async (verb, kind, state, decided) => {
  const id = await paymentIn(kind, state);
  expect(await operate(id, verb)).toMatchObject({ status: 200, body: { done: true } });
  const actor = "Ana";
  expect(await rulingsOf(id, kind)).toEqual({ due: true, rows: [{ kind: decided, actor, ...REASON }] });
  expect(await operate(id, verb)).toMatchObject({ status: 409, ...problem("already_decided") });
});

test.each([
  ["ruling", { for: "seller" }, "disputed", "seller", "resolveForSeller"],
  ["ruling", { for: "buyer" }, "disputed", "buyer", "resolveForBuyer"],
  [
    "early-release",
    { buyer_approval: "correo del 3 de marzo", seller_approval: "llamada" },
    "active",
    "release",
    "release",
  ],
] as const)("%s %j is two persons': nothing is decided before the second", async (verb, body, state, decided, call) => {
  const id = await paymentIn("custody", state);
  const asked = await operate(id, verb, body);
  expect(asked).toMatchObject({ status: 202, body: { done: false, plan: { persons: 2, calls: [{ action: call }] } } });
  expect((await rulingsOf(id, "custody")).rows).toEqual([]);
  expect((await confirm(asked)).status).toBe(200);
  expect(await rulingsOf(id, "custody")).toEqual({
    due: true,
    rows: [{ kind: decided, actor: "Ana, Beto", ...REASON }],
  });
});

test("one decision is open at a time; but a dispute takes the place of an early release that has not happened yet", async () => {
  const id = await paymentIn("custody", "active");
  const approvals = { buyer_approval: "sí", seller_approval: "sí" };
  expect((await confirm(await operate(id, "early-release", approvals))).status).toBe(200);
  expect((await operate(id, "dispute")).status).toBe(200);
  const { id: legId } = await readLegRow(db, id, "custody");
  const open = async () =>
    (await db.select().from(ruling).where(eq(ruling.legId, legId))).filter((row) => row.carriedOutAtMs === null);
  expect(await open()).toMatchObject([{ kind: "dispute" }]);
  expect(await confirm(await operate(id, "early-release", approvals))).toMatchObject({ status: 409 });
  expect(await open()).toMatchObject([{ kind: "dispute" }]);
});

describe("a payment that asks for both parties' approvals", () => {
  const approve = (id: number, party: "buyer" | "seller", headers?: Record<string, string>) =>
    ana.post(`/api/payments/${id}/approve-release`, { ...REASON, party, evidence: `correo: ${party}` }, headers);
  const early = (id: number) => operate(id, "early-release", { buyer_approval: "sí", seller_approval: "sí" });
  const asking = (state = "active") => paymentIn("custody", state, { release_by: "both_approvals" });
  const viewOf = async (id: number) => paymentView.parse((await ana.get(`/api/payments/${id}`)).body);

  test("is released by the second of them, in one transaction, and two persons stand for that", async () => {
    const id = await asking();
    expect(await approve(id, "buyer")).toMatchObject({ status: 200, body: { plan: { persons: 1, calls: [] } } });
    expect((await rulingsOf(id, "custody")).rows).toEqual([]);
    expect((await viewOf(id)).release_approvals).toMatchObject([{ party: "buyer", recorded_by: "Ana" }]);
    const details = { buyer_approval: "correo: buyer", seller_approval: "correo: seller" };
    const asked = await approve(id, "seller");
    expect(asked).toMatchObject({
      status: 202,
      body: { plan: { persons: 2, calls: [{ action: "release" }], details } },
    });
    expect((await viewOf(id)).release_approvals).toHaveLength(1);
    expect((await confirm(asked)).status).toBe(200);
    expect(await rulingsOf(id, "custody")).toEqual({
      due: true,
      rows: [{ kind: "release", actor: "Ana, Beto", ...REASON }],
    });
    expect((await viewOf(id)).release_approvals).toMatchObject([{ party: "buyer" }, { recorded_by: "Ana, Beto" }]);
  });

  test("is not released early by its operators while one is missing, and says which, as does its why", async () => {
    const id = await asking();
    const missing = (text: string) => ({ ...problem("approval_missing").body, detail: expect.stringContaining(text) });
    expect(await early(id)).toMatchObject({ status: 409, body: missing("falta la del comprador y del vendedor") });
    await approve(id, "seller");
    expect(await early(id)).toMatchObject({ status: 409, body: missing("falta la del comprador.") });
    const { body } = await ana.get(`/api/payments/${id}/why`);
    expect(body).toMatchObject({ es: expect.stringMatching(/la aprobación del comprador, que falta\.$/) });
  });

  test("keeps each party's approval once, and a page that was shown before is refused", async () => {
    const id = await asking();
    const etag = (await ana.get(`/api/payments/${id}`)).headers.get("etag") ?? "";
    expect((await approve(id, "buyer", { "if-match": etag })).status).toBe(200);
    expect(await approve(id, "seller", { "if-match": etag })).toMatchObject({ status: 412 });
    expect(await approve(id, "buyer")).toMatchObject({ status: 409, ...problem("approved_already") });
  });

  test("is never released by one person, also when both parties' approvals are recorded at the same moment", async () => {
    for (let round = 0; round < 5; round++) {
      const id = await asking();
      const answers = await Promise.all([approve(id, "buyer"), approve(id, "seller")]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect((await viewOf(id)).release_approvals).toHaveLength(1);
      expect((await rulingsOf(id, "custody")).rows).toEqual([]);
    }
  });

  test("takes no approval while it is disputed, and none where the payment does not ask for them", async () => {
    const disputed = await asking("disputed");
    expect(await approve(disputed, "buyer")).toMatchObject({ status: 409, ...problem("not_in_this_state") });
    const plain = await paymentIn("custody", "active");
    expect(await viewOf(plain)).toMatchObject({ release_by: "operator", release_approvals: [] });
    expect(await approve(plain, "buyer")).toMatchObject({ status: 409, ...problem("approvals_not_asked_for") });
  });

  test("whose dispute opened between two approvals is not released by the second one's plan", async () => {
    const id = await asking();
    await approve(id, "buyer");
    const asked = await approve(id, "seller");
    expect((await operate(id, "dispute")).status).toBe(200);
    expect(await confirm(asked)).toMatchObject({ status: 409, ...problem("already_decided") });
    expect((await viewOf(id)).release_approvals).toHaveLength(1);
    expect((await rulingsOf(id, "custody")).rows).toMatchObject([{ kind: "dispute" }]);
  });
});

test("a ruling whose leg has moved meanwhile is refused", async () => {
  const id = await paymentIn("custody", "disputed");
  const asked = await operate(id, "ruling", { for: "seller" });
  await db
    .update(leg)
    .set({ version: 1 })
    .where(and(eq(leg.paymentId, id), eq(leg.kind, "custody")));
  expect(await confirm(asked)).toMatchObject({ status: 409, ...problem("plan_changed") });
  expect((await rulingsOf(id, "custody")).rows).toEqual([]);
});

test.each([
  ["cancel", {}, "deposit", "seen"],
  ["dispute", {}, "custody", "releasing"],
  ["ruling", { for: "buyer" }, "custody", "active"],
  ["early-release", { buyer_approval: "sí", seller_approval: "sí" }, "custody", "disputed"],
  ["assign-deposit", { issuance_id: "none" }, "deposit", "awaiting"],
] as const)("%s is refused where it makes no sense (%j, %s.%s)", async (verb, body, kind, state) => {
  const id = await paymentIn(kind, state);
  const answer = await operate(id, verb, body);
  expect([404, 409]).toContain(answer.status);
  expect((await rulingsOf(id, kind)).rows).toEqual([]);
});

test.each([
  "annotate",
  "cancel",
  "hold",
  "release-hold",
  "dispute",
  "ruling",
  "early-release",
  "review",
  "assign-deposit",
])("%s needs a reason, and a payment", async (verb) => {
  const id = await paymentIn("custody", "active");
  expect((await operate(id, verb, { reason: undefined })).status).toBe(400);
  const whole = {
    for: "seller",
    buyer_approval: "sí",
    seller_approval: "sí",
    leg_id: 1,
    outcome: "resume",
    issuance_id: "x",
  };
  const wanted: Readonly<Record<string, readonly (keyof typeof whole)[]>> = {
    ruling: ["for"],
    "early-release": ["buyer_approval", "seller_approval"],
    review: ["leg_id", "outcome"],
    "assign-deposit": ["issuance_id"],
  };
  const body = Object.fromEntries((wanted[verb] ?? []).map((name) => [name, whole[name]]));
  expect(await operate(999_999, verb, body)).toMatchObject({ status: 404 });
});

test("a payment is held and let go, by one, and its legs look at once; its ETag changes", async () => {
  const id = await paymentIn("custody", "active");
  await db
    .update(leg)
    .set({ dueAtMs: Date.now() + 3_600_000 })
    .where(eq(leg.paymentId, id));
  const tagOf = async () => (await ana.get(`/api/payments/${id}`)).headers.get("etag");
  const before = await tagOf();
  expect((await operate(id, "hold")).status).toBe(200);
  expect(await tagOf()).not.toBe(before);
  expect((await readLegRow(db, id, "custody")).dueAtMs).toBeLessThanOrEqual(Date.now() + 1_000);
  expect(await operate(id, "hold")).toMatchObject({ status: 409 });
  expect((await operate(id, "release-hold")).status).toBe(200);
  expect(await tagOf()).toBe(before);
});

test("a disputed payment is annotated by one: it is in its history, and a ruling that waits for its second person stays", async () => {
  const id = await paymentIn("custody", "disputed");
  const ruling = await operate(id, "ruling", { for: "buyer" });
  const noted = await operate(id, "annotate", { reason: "la vendedora mandó fotos de la entrega" });
  expect(noted).toMatchObject({ status: 200, body: { done: true, plan: { calls: [], ledger: [] } } });
  const { events } = (await ana.get(`/api/payments/${id}/events`)).body as { events: object[] };
  expect(events).toContainEqual(
    expect.objectContaining({
      ...{ type: "accion_de_operador", actor: "Ana", leg_id: null },
      description: `Pago ${id}: se anota. Motivo: la vendedora mandó fotos de la entrega`,
    }),
  );
  expect((await confirm(ruling)).status).toBe(200);
});

describe("an unassigned deposit", () => {
  let seen = 0;
  async function unassigned(clabe: string, change: Partial<typeof unassignedDeposit.$inferInsert> = {}) {
    seen++;
    const issuanceId = `issuance-${seen}`;
    const amountCentavos = change.amountCentavos ?? 15_000_00n;
    const moment = Date.now();
    await db.insert(bankTransaction).values({
      id: issuanceId,
      type: "ISSUANCE",
      status: "COMPLETE",
      amountBaseUnits: amountCentavos * BASE_UNITS_PER_CENTAVO,
      receiverClabe: clabe,
      refunded: false,
      createdAtMs: moment,
      updatedAtMs: moment,
    });
    const row = { issuanceId, why: "unmatched" as const, clabe, amountCentavos, candidateLegs: [], ...change };
    await db.insert(unassignedDeposit).values(row);
    return issuanceId;
  }
  const claimsOf = (id: string) => db.select().from(claim).where(eq(claim.outsideId, id));

  test("of the same customer is one person's to assign; it leaves the list, and the leg is woken with it", async () => {
    const payment = await api.create();
    const issuance_id = await unassigned(payment.deposit_clabe);
    const { body } = await ana.get("/api/unassigned-deposits");
    expect(body).toMatchObject({ deposits: [{ issuance_id, clabe: `••••${payment.deposit_clabe.slice(-4)}` }] });
    expect((await operate(payment.id, "assign-deposit", { issuance_id })).status).toBe(200);
    const row = await readLegRow(db, payment.id, "deposit");
    expect(await claimsOf(issuance_id)).toMatchObject([{ legId: row.id, source: "issuance" }]);
    expect(row).toMatchObject({ version: 1, state: "awaiting" });
    expect((await ana.get("/api/unassigned-deposits")).body).toEqual({ deposits: [], next_after: null });
  });

  test("that came to another customer's CLABE is two persons'", async () => {
    const payment = await api.create();
    const issuance_id = await unassigned(newClabe());
    const asked = await operate(payment.id, "assign-deposit", { issuance_id });
    expect(asked).toMatchObject({ status: 202, body: { plan: { details: { same_customer: "false" } } } });
    expect(await claimsOf(issuance_id)).toEqual([]);
    expect((await confirm(asked)).status).toBe(200);
    expect(await claimsOf(issuance_id)).toHaveLength(1);
  });

  test.each([
    ["of another amount", { amountCentavos: 15_000_01n }, "other_amount"],
    ["that is a payout of ours come back", { why: "returned_payout" as const }, "returned_payout"],
  ])("%s is nobody's to assign", async (_which, change, wrong) => {
    const payment = await api.create();
    const issuance_id = await unassigned(payment.deposit_clabe, change);
    expect(await operate(payment.id, "assign-deposit", { issuance_id })).toMatchObject({
      status: 409,
      body: { type: "/problems/deposit_does_not_fit", detail: expect.stringContaining(`(${wrong})`) },
    });
  });

  test("is one payment's, also when two persons give it to two at the same moment", async () => {
    const payment = await api.create();
    const other = await api.create({
      payer: { id: payment.payer.id, name: "N" },
      amount: "15000.00",
      allow_same_amount: true,
    });
    const issuance_id = await unassigned(payment.deposit_clabe);
    const answers = await Promise.all([payment, other].map(({ id }) => operate(id, "assign-deposit", { issuance_id })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await claimsOf(issuance_id)).toHaveLength(1);
  });
});

test("why a payment does not go on is one sentence in two languages, with its parts", async () => {
  const id = await paymentIn("deposit", "seen");
  expect(await ana.get(`/api/payments/${id}/why`)).toMatchObject({
    status: 200,
    body: {
      es: expect.stringMatching(/^Se espera la emisión del depósito visto de Juno desde /),
      en: expect.stringMatching(/^Awaited: the issuance of the deposit/),
      from: "bank",
      since: expect.any(String),
      missing: { es: "una emisión de esta CLABE y este monto" },
    },
  });
});

describe("custody is extended", () => {
  const DAY_MS = 86_400_000;
  const custodyOf = async (id: number) => readLegRow(db, id, "custody");
  const endOf = async (id: number) => paymentView.parse((await ana.get(`/api/payments/${id}`)).body).custody_end;

  test("by two persons: the payment ends later, its leg is looked at anew, and both ends are told", async () => {
    const id = await paymentIn("custody", "active");
    const former = await endOf(id);
    const { version } = await custodyOf(id);
    const answer = await operate(id, "extend-custody", { custody_days: 60 });
    expect(answer).toMatchObject({
      status: 202,
      body: { plan: { persons: 2, resulting_state: "active", calls: [], ledger: [] } },
    });
    expect(await endOf(id)).toBe(former);
    expect(await confirm(answer)).toMatchObject({ status: 200, body: { done: true } });
    const extended = Date.parse(await endOf(id));
    // Created to end after five days.
    expect(extended - Date.parse(former)).toBe(55 * DAY_MS);
    const leg = await custodyOf(id);
    expect(leg).toMatchObject({ state: "active", version: version + 1, deadlineAtMs: extended + DAY_MS / 24 });
    expect(leg.dueAtMs).not.toBeNull();
    const { events } = z
      .object({ events: z.array(z.object({ type: z.string(), data: z.record(z.string(), z.string()) })) })
      .parse((await ana.get(`/api/payments/${id}/events`)).body);
    expect(events.find(({ type }) => type === "custodia_extendida")?.data).toMatchObject({
      former_custody_end: former,
      ...REASON,
    });
  });

  test.each([
    ["active", { custody_days: 1 }, "custody_not_later", 409],
    ["active", { custody_end: "2020-01-01T00:00:00Z" }, "not_in_future", 400],
    ["active", { custody_days: 60, custody_end: "2030-01-01T00:00:00Z" }, "custody_twice", 400],
    ["active", {}, "custody_missing", 400],
    ["releasing", { custody_days: 60 }, "not_in_this_state", 409],
    ["securing", { custody_days: 60 }, "not_in_this_state", 409],
  ])("not in %s by %j: %s", async (state, body, name, status) => {
    const id = await paymentIn("custody", state);
    expect(await operate(id, "extend-custody", body)).toMatchObject({ status, ...problem(name) });
  });

  test("not once something else is decided of it, nor by a plan older than that", async () => {
    const id = await paymentIn("custody", "active");
    const planned = await operate(id, "extend-custody", { custody_days: 60 });
    await operate(id, "dispute");
    expect(await operate(id, "extend-custody", { custody_days: 60 })).toMatchObject({
      status: 409,
      ...problem("already_decided"),
    });
    expect(await confirm(planned)).toMatchObject({ status: 409 });
  });
});
