import { breakKinds } from "./payments/breakKinds.ts";
import { BASE_UNITS_PER_CENTAVO, toPesos } from "./payments/money.ts";
import { type Reading, type Reconciler, readThreeBooks, type Span } from "./readThreeBooks.ts";
import type { Finding } from "./reconcile/finding.ts";
import type { KnownBreak } from "./reconcile/ripen.ts";
import type { PlaceSums } from "./reconcile/sumWitnesses.ts";
import { appendEvents, type NewEvent, type StoredEvent } from "./store/appendEvent.ts";
import { healBreak, openBreak, openBreaks, replaceSuspicions } from "./store/breaks.ts";
import type { Queryable } from "./store/database.ts";
import { countPayments, saveReconciliation, wakeLegs } from "./store/reconciliations.ts";
import type { Sums } from "./store/schema/reconciliation.ts";
import { forgetWitnesses, saveWitnesses } from "./store/witnesses.ts";

/** What the reading of a bank account and its lanes comes to: what `npm run reconcile -- --json` ends with. */
export type Reconciled = Readonly<{
  payments: number;
  /** Of which all three books tell the same, but for what is in transit or a person has explained. */
  matched: number;
  /** Open ones, numbered, of all accounts. */
  breaks: number;
  /** All that is different and that nobody has explained, whichever way. */
  differenceCentavos: bigint;
  rpcCalls: number;
  bankCalls: number;
  elapsedMs: number;
}>;

/** What a reading left behind. */
export type Kept = Readonly<{
  reconciled: Reconciled;
  events: readonly StoredEvent[];
  /** How much it saw for the first time: the next reading makes breaks of it, or not. */
  suspected: number;
  /** What differs and nobody has explained. */
  standing: readonly Finding[];
}>;

/**
 * Reads the three books and keeps what it finds, in one transaction: breaks are opened and healed, and legs of which the
 * outside shows more than our books are woken, for their own evidence to take it. Run it once at a time over all reactors of an account.
 * @throws Error with a sentence when bank or chain do not answer whole; then nothing is kept.
 */
export async function reconcile(reconciler: Reconciler, asked: Span): Promise<Kept> {
  const startedMs = performance.now();
  const reading = await readThreeBooks(reconciler, asked);
  const { account } = reconciler;
  return reconciler.db.transaction(async (tx) => {
    const { span, startedAtMs, outside, sums, changed, ripened } = reading;
    if (span === "full") await forgetWitnesses(tx, account);
    await saveWitnesses(tx, changed);
    await replaceSuspicions(tx, account, ripened.suspected);
    const events: StoredEvent[] = [];
    for (const finding of ripened.opened) events.push(...(await open(tx, account, finding)));
    for (const healed of ripened.healed) events.push(...(await heal(tx, healed, reading)));
    await wakeLegs(tx, legsToWake(ripened.standing));
    const reconciled = await figuresOf(tx, reconciler, reading, (await openBreaks(tx, 0)).count, startedMs);
    await saveReconciliation(tx, {
      ...reconciled,
      account,
      ...{ span, startedAtMs, blockNumber: outside.block.number, blockHash: outside.block.hash },
      ...{ sums: toText(sums), balances: toText(outside.balances) },
    });
    return { reconciled, events, suspected: ripened.suspected.length, standing: ripened.standing };
  });
}

/** The figures of a reading. @param breaks how many are open. @param startedMs of the monotonic clock. */
export async function figuresOf(
  db: Queryable,
  { account, calls }: Pick<Reconciler, "account" | "calls">,
  { ripened }: Reading,
  breaks: number,
  startedMs: number,
): Promise<Reconciled> {
  const payments = await countPayments(db, account);
  const differing = new Set(ripened.standing.flatMap(({ paymentId }) => paymentId ?? []));
  return {
    payments,
    matched: payments - differing.size,
    breaks,
    differenceCentavos: ripened.standing.reduce((sum, one) => sum + centavosOf(one), 0n),
    rpcCalls: calls.rpc,
    bankCalls: calls.bank,
    elapsedMs: Math.round(performance.now() - startedMs),
  };
}

/** How much is at stake, whichever way, in centavos; half a centavo counts as one. */
function centavosOf({ amountBaseUnits }: Finding): bigint {
  const size = amountBaseUnits < 0n ? -amountBaseUnits : amountBaseUnits;
  return (size + BASE_UNITS_PER_CENTAVO - 1n) / BASE_UNITS_PER_CENTAVO;
}

async function open(tx: Queryable, account: string, finding: Finding): Promise<readonly StoredEvent[]> {
  const { kind, source, outsideId, paymentId, legId, amountBaseUnits, sides } = finding;
  const { books: consumed = {}, chain: seen = {}, bank: atBank = {} } = sides;
  const told = { account, kind, source, outsideId, paymentId, legId, amountBaseUnits };
  const number = await openBreak(tx, { ...told, consumed, seen, atBank });
  const data = { number: String(number), kind, ...breakKinds[kind].is, amount: toPesos(centavosOf(finding)) };
  return appendEvents(tx, [{ ...ofMachine(finding), type: "descuadre_hallado", data }]);
}

async function heal(tx: Queryable, known: KnownBreak, { outside }: Reading): Promise<readonly StoredEvent[]> {
  const { number, kind, paymentId, legId } = known;
  const block = String(outside.block.number);
  await healBreak(tx, number, { block, readAt: new Date(outside.bankBalanceMs).toISOString() });
  const data = { number: String(number), kind, ...breakKinds[kind].is, block };
  return appendEvents(tx, [{ ...ofMachine({ paymentId, legId }), type: "descuadre_sanado", data }]);
}

const ofMachine = ({ paymentId, legId }: Pick<NewEvent, "paymentId" | "legId">) =>
  ({ paymentId, legId, actor: "kustodia" }) as const;

/** Legs that may have missed something: they look again, and move only by what they find. */
const legsToWake = (standing: readonly Finding[]) =>
  standing.flatMap(({ kind, legId }) =>
    legId !== null && (kind === "unposted_movement" || kind === "escrow_by_hand") ? [legId] : [],
  );

const toText = ({ juno, bridge, escrow }: PlaceSums): Sums => ({
  juno: String(juno),
  bridge: String(bridge),
  escrow: String(escrow),
});
