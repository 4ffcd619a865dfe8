import { eq } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { saveDecision } from "../../reactor/step/saveDecision.ts";
import { openAttempt } from "../../reactor/store/attempts.ts";
import { postgresStore } from "../../reactor/store/port.ts";
import { attempt, ruling, transfer } from "../../reactor/store/schema/index.ts";
import { facts } from "../payments/knownFacts.ts";
import { freshStore, putLeg, readLeg, storePayment } from "../store/freshStore.ts";

const store = await freshStore();
const { db } = store;
const books = postgresStore(db, FIRST_LANE);
afterAll(() => store.close());

const KEY = "4bb12863-f120-4185-8fda-f377e98476e9";

/** A custody leg in a state, and what saves a move of it. */
async function custodyIn(state: string) {
  const paymentId = await storePayment(db);
  const leg = await putLeg(db, paymentId, "custody", state);
  const move = async (outcome: string, more: object = {}) => {
    const now = await readLeg(db, paymentId, "custody");
    await books.transaction((tx) =>
      saveDecision(tx, { leg: now, facts: facts(), decision: { kind: "move", outcome, ...more } }),
    );
    return readLeg(db, paymentId, "custody");
  };
  return { leg, move };
}

const openRulings = async (legId: number) =>
  (await db.select().from(ruling).where(eq(ruling.legId, legId))).filter((row) => row.carriedOutAtMs === null);

test("a decision of a person stays open until the move that carries it out", async () => {
  const { leg, move } = await custodyIn("securing");
  await db.insert(ruling).values({ legId: leg.id, kind: "dispute", actor: "ana", reason: "no llegó" });
  expect(await move("settled")).toMatchObject({ state: "active" });
  expect(await openRulings(leg.id)).toHaveLength(1);
  expect(await move("dispute_opened")).toMatchObject({ state: "disputing" });
  expect(await openRulings(leg.id)).toHaveLength(0);
});

test("a custody that is let go early carries the decision out", async () => {
  const { leg, move } = await custodyIn("active");
  await db.insert(ruling).values({ legId: leg.id, kind: "release", actor: "ana, beto", reason: "los dos aceptan" });
  expect(await move("due")).toMatchObject({ state: "releasing" });
  expect(await openRulings(leg.id)).toHaveLength(0);
});

test("an escrow that was only created was created: its call is done, and its money is where it was", async () => {
  const { leg, move } = await custodyIn("bridged");
  const { id } = await openAttempt(db, leg, "createEscrow", KEY, "once", Date.now());
  await db.insert(transfer).values({
    ...{ legId: leg.id, attemptId: id, from: "bridge", to: "escrow" },
    ...{ amountCentavos: leg.amountCentavos, state: "pending" },
  });
  expect(await move("created_only", { learnt: { escrowId: "7" } })).toMatchObject({ state: "funding" });
  expect(await db.select().from(attempt).where(eq(attempt.id, id))).toMatchObject([{ outcome: "done", when: null }]);
  expect(await db.select().from(transfer).where(eq(transfer.legId, leg.id))).toMatchObject([{ state: "voided" }]);
});

test("a call that reverted is a definite no", async () => {
  const { leg, move } = await custodyIn("releasing");
  const { id } = await openAttempt(db, leg, "release", KEY, "once", Date.now());
  expect(await move("reverted")).toMatchObject({ state: "review", reviewFrom: "releasing" });
  expect(await db.select().from(attempt).where(eq(attempt.id, id))).toMatchObject([
    { outcome: "refused", when: "never" },
  ]);
});

test("tokens that the contract sent to Juno by itself are in Juno's books, though nothing was sent back", async () => {
  const { leg, move } = await custodyIn("returning");
  expect(await move("returned")).toMatchObject({ state: "crediting" });
  expect(await db.select().from(transfer).where(eq(transfer.legId, leg.id))).toMatchObject([
    { from: "bridge", to: "juno", state: "posted", amountCentavos: leg.amountCentavos },
  ]);
});

test("a move that somebody else was first with writes nothing", async () => {
  const { leg } = await custodyIn("securing");
  const stale = { ...leg, version: leg.version - 1 };
  const events = await books.transaction((tx) =>
    saveDecision(tx, { leg: stale, facts: facts(), decision: { kind: "move", outcome: "settled" } }),
  );
  expect(events).toEqual([]);
  expect(await readLeg(db, leg.paymentId, "custody")).toMatchObject({ state: "securing", version: leg.version });
});
