import { ANSWER_LOST } from "../../../reactor/store/attempts.ts";
import { referenceOf } from "../../../reactor/store/orders.ts";
import type { Store } from "../../../reactor/store/port.ts";
import type { AccountRow, AttemptRow, Books, TransferRow } from "./books.ts";

const HOUR_MS = 3_600_000;
const isOpen = ({ outcome }: AttemptRow) => outcome === "pending" || outcome === "unknown";
const BANK_SENDS: readonly string[] = ["withdraw", "redeem", "registerAccount"];

type Orders = Pick<
  Store,
  | "adoptAttempt"
  | "carryOutRuling"
  | "closeAttempt"
  | "closeCalls"
  | "freeDeposit"
  | "insertClaims"
  | "noteSilence"
  | "openAttempt"
  | "outflowCentavos"
  | "readOrderTerms"
  | "reservedCentavos"
>;

/** Attempts, claims and what is reserved, as reactor/store keeps them. */
export function ordersIn(books: Books): Orders {
  const now = books.nowMs;
  const close = (row: AttemptRow, part: Partial<AttemptRow>) =>
    books.attempts.put(row.id, { ...row, ...part, closedAtMs: now() });
  /** Whether the bank had accepted the order before it last told its balance, which is less by it then. */
  const isInBalance = ({ legId, attemptId }: TransferRow) => {
    const toldAtMs = books.readings.get("balance")?.startedAtMs ?? 0;
    if (legId === null) return false;
    return books.attemptsOf
      .of(legId)
      .some(
        ({ id, outcome, closedAtMs }) =>
          attemptId !== null && id >= attemptId && outcome === "done" && (closedAtMs ?? toldAtMs) < toldAtMs,
      );
  };
  return {
    openAttempt: async (leg, action, key, repeat, nowMs) => {
      const before = books.attemptsOf
        .of(leg.id)
        .filter((row) => row.action === action && row.generation === leg.generation);
      if (repeat === "once" && before.length > 0)
        throw new Error(`The call ${action} of leg ${leg.id} is stored already.`);
      for (const row of before) if (row.outcome === "pending") close(row, { ...ANSWER_LOST, outcome: "unknown" });
      const id = books.nextId();
      const number = before.reduce((most, row) => Math.max(most, row.number), 0) + 1;
      const { id: legId, generation, amountCentavos } = leg;
      const answer = { outcome: "pending", outsideId: null, when: null, reason: null, evidence: null } as const;
      const named = { id, legId, action, generation, number, key, amountCentavos };
      books.attempts.put(id, { ...named, ...answer, sentAtMs: nowMs, closedAtMs: null });
      return { id, number, legId };
    },

    closeAttempt: async (id, result) => {
      const row = books.attempts.get(id);
      if (row && row.outcome !== "done") close(row, result);
    },

    closeCalls: async (legId, outcome) => {
      for (const row of books.attemptsOf.of(legId)) {
        if (!isOpen(row) || BANK_SENDS.includes(row.action)) continue;
        const transactions = books.ownOf
          .of(legId)
          .filter((own) => own.action === row.action && own.generation === row.generation)
          .map(({ hash, state, includedInBlock }) => ({
            hash: hash ?? undefined,
            state,
            block: includedInBlock?.toString(),
          }));
        const evidence = {
          node: row.evidence ?? undefined,
          transactions: transactions.length > 0 ? transactions : undefined,
        };
        close(row, { outcome, when: outcome === "refused" ? "never" : null, reason: null, evidence });
      }
    },

    noteSilence: async ({ legId, action, generation }, { reason, evidence }) => {
      for (const row of legId === null ? [] : books.attemptsOf.of(legId)) {
        if (row.action === action && row.generation === generation && isOpen(row))
          close(row, { outcome: "unknown", reason, evidence });
      }
    },

    adoptAttempt: async (id, outsideId) => {
      const row = books.attempts.get(id);
      const evidence = { answer: row?.evidence ?? undefined, found_at_the_bank: outsideId };
      if (row && row.outcome !== "done") close(row, { outcome: "done", outsideId, evidence });
    },

    insertClaims: async (legId, claims) => {
      for (const { source, outsideId, seen } of claims) {
        const held = books.claimsOn.of(`${source}:${outsideId}`).find((row) => row.freedAtMs === null);
        if (held && held.legId !== legId) {
          throw new Error(
            `${source} ${outsideId} already belongs to leg ${held.legId}, so leg ${legId} cannot use it.`,
          );
        }
        if (held) continue;
        const id = books.nextId();
        books.claims.put(id, { id, legId, source, outsideId, claimedAtMs: now(), freedAtMs: null });
        const unseen = { missingSinceMs: null, askedAtMs: null, settledAtMs: null };
        if (seen) books.watched.put(id, { ...seen, ...unseen, claimId: id, legId });
      }
    },

    freeDeposit: async (legId) => {
      for (const row of books.claimsOf.of(legId)) {
        if (row.freedAtMs !== null || (row.source !== "issuance" && row.source !== "spei_deposit")) continue;
        books.claims.put(row.id, { ...row, freedAtMs: now() });
      }
    },

    reservedCentavos: async (place) =>
      books.pendingFrom
        .of(place)
        .filter((row) => !isInBalance(row))
        .reduce((sum, row) => sum + row.amountCentavos, 0n),

    outflowCentavos: async () => {
      const thisHour = Math.floor(now() / HOUR_MS);
      const sum = { hour: 0n, day: 0n };
      for (let hour = thisHour - 24; hour <= thisHour; hour++) {
        for (const row of books.outflowIn.of(hour)) {
          const ageMs = now() - row.createdAtMs;
          if (ageMs < 24 * HOUR_MS) sum.day += row.amountCentavos;
          if (ageMs < HOUR_MS) sum.hour += row.amountCentavos;
        }
      }
      return sum;
    },

    readOrderTerms: async (legs) =>
      legs.flatMap(({ id: legId, paymentId, payee }) => {
        const payment = books.payments.get(paymentId);
        const party = books.parties.get(paymentId);
        if (payment === undefined || party === undefined) return [];
        const { custodyEndMs, chainReference } = payment;
        const accounts = books.ofPayment.of(paymentId).flatMap((leg) => newestOf(books.accountsOf.of(leg.id)));
        const paid = accounts.find((one) => one.legId === legId && one.payee === payee);
        const account = paid ? { legalName: paid.legalName, clabe: paid.clabe } : null;
        const seller = accounts.find((one) => one.payee === "seller");
        return [{ legId, custodyEndMs, chainReference, account, clabeReference: referenceOf(seller, party.salt) }];
      }),

    carryOutRuling: async (legId, kind) => {
      for (const row of books.rulingsOf.of(legId))
        if (row.kind === kind) books.rulings.put(row.id, { ...row, carriedOutAtMs: now() });
    },
  };
}

/** Of each payee's accounts the one in force. */
const newestOf = (accounts: readonly AccountRow[]): readonly AccountRow[] =>
  accounts.filter(
    (one) => !accounts.some(({ payee, version }) => payee === one.payee && (version ?? 0) > (one.version ?? 0)),
  );
