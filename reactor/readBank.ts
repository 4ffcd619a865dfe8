import { getBalances } from "./juno/getBalances.ts";
import { getTransaction } from "./juno/getTransaction.ts";
import { listRefunds } from "./juno/listRefunds.ts";
import type { BankReply, BankTransaction } from "./juno/reply.ts";
import { listNewDeposits } from "./listNewDeposits.ts";
import { listNewTransactions, type Reach } from "./listNewTransactions.ts";
import { bankOf, parseClabe } from "./payments/clabe.ts";
import type { Reactor } from "./reactor.ts";

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** Each reading goes back this far behind the one before: what the bank lists late is still seen. */
const OVERLAP_MS = HOUR_MS;
/** How far back the first reading of a database goes, and every full one: longer than a deposit may take. */
const FULL_MS = 8 * DAY_MS;
/** What a full reading reads every entry of: what had ended may have changed since. Eight days of a busy account are hours of calls. */
const FULL_WHOLE_MS = DAY_MS;

/** What a bank sends as a name is kept no longer than a name is. */
const LONGEST_NAME = 200;

type Span = "new" | "recent" | "full";

export type BankRead =
  | Readonly<{ outcome: "done"; changed: number; assigned: number; suspected: boolean }>
  /** Some list did not answer: nothing is stored, since half a reading would make an absence of what was not read. */
  | Readonly<{ outcome: "incomplete"; message: string }>;

/**
 * Reads the bank's lists, stores them whole, and gives deposits to the payments that wait for them. Webhooks only ring
 * for this: what is believed is what the bank answers when asked.
 * @param span `new` reads on from the last reading what is new or may still change; `recent` every entry of the hour before it
 *   too; `full` all that an open payment may still need.
 * @param stored told as soon as the reading is stored: the legs that it concerns wait for no matching.
 */
export async function readBank(reactor: Reactor, span: Span, stored?: () => void): Promise<BankRead> {
  const { store, world, facts } = reactor;
  // By the clock that attempts are stored by: a reading counts for what left before it began (DESIGN 6, rule 5).
  const [startedAtMs, newestReactor, last, awaitsRefund] = await Promise.all([
    store.databaseNowMs(),
    store.newestReactor(),
    span === "full" ? null : store.lastReadingMs(facts.account),
    span === "full" || store.awaitsRefund(facts.account),
  ]);
  const reach = reachOf(span, last, startedAtMs);
  const { sinceMs } = reach;

  const listed = await listNewTransactions(reactor, reach);
  const details = await readDetails(reactor, heard(listed.reply, []), listed.unread);
  // After the details, which name each new issuance's SPEI.
  const deposits = await listNewDeposits(reactor, reach, details.transactions);
  const refunds = awaitsRefund ? await listRefunds(world.juno, { sinceMs }) : null;
  const missing = firstSilence([listed.reply, ...details.replies, deposits, ...(refunds ? [refunds] : [])]);
  if (missing !== null) return { outcome: "incomplete", message: missing };
  // Last, so that it has what the details show as issued: an order would wait for money that is there.
  const balances = await getBalances(world.juno);
  if (balances.outcome !== "done") return { outcome: "incomplete", message: balances.message };

  const {
    changed,
    suspected,
    events: stops,
  } = await store.saveBankReading({
    startedAtMs,
    sinceMs,
    newestReactor,
    transactions: details.transactions.map((transaction) => ({ ...transaction, address: transaction.address ?? null })),
    deposits: heard(deposits, []).map(({ senderName, senderClabe, ...deposit }) => ({
      ...deposit,
      senderName: senderName?.slice(0, LONGEST_NAME) ?? null,
      senderBank: senderBank(senderClabe),
    })),
    refunds: (refunds ? heard(refunds, []) : []).map(({ refundsTransactionId, ...refund }) => ({
      ...refund,
      refundOf: refundsTransactionId,
    })),
    ours: facts,
    availableBaseUnits: balances.value.mxnbAvailableBaseUnits,
  });
  stored?.();
  const { assigned, events } = await store.assignDeposits(reactor.payerPolicy);
  for (const event of [...stops, ...events]) reactor.console.event(event);
  return { outcome: "done", changed, assigned, suspected };
}

/** The list names neither the CLABE of an issuance nor the hash of a withdrawal: what is new or changed is read whole. */
async function readDetails(reactor: Reactor, listed: readonly BankTransaction[], unread: readonly string[]) {
  const known = await reactor.store.knownVersions(listed.map((one) => one.id));
  const wanted = listed.filter((one) => {
    const version = known.get(one.id);
    if (version === undefined || version.status !== one.status || version.updatedAtMs < one.updatedAtMs) return true;
    const movesTokens = one.type === "CRYPTO_WITHDRAWAL" || one.type === "CRYPTO_DEPOSIT";
    return movesTokens && version.txHash === null;
  });
  const ids = [...wanted.map(({ id }) => id), ...unread];
  const replies = await Promise.all(ids.map((id) => getTransaction(reactor.world.juno, id)));
  return { replies, transactions: replies.flatMap((reply) => (reply.outcome === "done" ? [reply.value] : [])) };
}

/** By whole seconds, as the bank's filter is asked. */
function reachOf(span: Span, lastMs: number | null, startedAtMs: number): Reach {
  const backToMs = lastMs === null ? startedAtMs - FULL_MS : Math.min(lastMs, startedAtMs) - OVERLAP_MS;
  const sinceMs = Math.floor(backToMs / 1_000) * 1_000;
  if (span === "full") return { sinceMs, wholeSinceMs: startedAtMs - FULL_WHOLE_MS };
  return { sinceMs, wholeSinceMs: span === "recent" || lastMs === null ? sinceMs : Number.POSITIVE_INFINITY };
}

/** The bank that a SPEI came from; null where its CLABE was not told, or told masked. */
function senderBank(senderClabe: string | undefined): string | null {
  const parsed = parseClabe(senderClabe ?? "");
  return parsed.ok ? bankOf(parsed.clabe).code : null;
}

/** What kept one of these readings from being whole, in the bank's or the network's words; null when all are whole. */
function firstSilence(replies: readonly BankReply<unknown>[]): string | null {
  for (const reply of replies) if (reply.outcome !== "done") return reply.message;
  return null;
}

function heard<T>(reply: BankReply<T>, otherwise: T): T {
  return reply.outcome === "done" ? reply.value : otherwise;
}
