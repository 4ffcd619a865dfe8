import type { Leg } from "../../../reactor/payments/leg.ts";
import type { Store } from "../../../reactor/store/port.ts";
import type { Account, Place } from "../../../reactor/store/schema/books.ts";
import type { Books, TransferRow } from "./books.ts";

type Movements = Pick<Store, "postArrival" | "postMovement" | "reserve" | "settleTransfers">;
type Made = Pick<TransferRow, "legId" | "from" | "to" | "amountCentavos"> & Partial<TransferRow>;

/** Movements of money as reactor/store keeps them, with the entries that the database writes of each. */
export function movementsIn(books: Books): Movements {
  return {
    reserve: async (leg, attemptId, { from, to }) => {
      const open = books.transfersOf.of(leg.id).some((row) => row.from === from && row.state === "pending");
      if (!open) move(books, { ...ofLeg(leg), attemptId, from, to, state: "pending", closedAtMs: null });
    },
    settleTransfers: async (legId, state) => {
      for (const row of books.transfersOf.of(legId)) {
        if (row.state !== "pending") continue;
        const closedAtMs = books.nowMs();
        books.transfers.put(row.id, { ...row, state, closedAtMs });
        post(books, row, "in_transit", state === "posted" ? row.to : row.from, closedAtMs);
      }
    },
    postMovement: async (leg, { from, to }) => {
      move(books, { ...ofLeg(leg), from, to });
    },
    postArrival: async (leg, issuanceId, from) => {
      const waited = books.ofIssuance.of(issuanceId).some((row) => row.to === "suspense");
      move(books, { ...ofLeg(leg), issuanceId, from: waited ? "suspense" : from, to: "juno" });
    },
  };
}

/** Money of no payment yet, put into suspense once. */
export function suspend(books: Books, issuanceId: string, amountCentavos: bigint, from: Place): void {
  if (books.ofIssuance.of(issuanceId).some((row) => row.to === "suspense")) return;
  move(books, { legId: null, issuanceId, amountCentavos, from, to: "suspense" });
}

/** What waited in suspense and the bank gave back. */
export function releaseGivenBack(books: Books): void {
  for (const { issuanceId, amountCentavos } of books.suspended()) {
    if (issuanceId === null || books.ofIssuance.of(issuanceId).some((row) => row.from === "suspense")) continue;
    const issued = books.bank.get(issuanceId);
    if (issued?.status !== "FAILED" && issued?.refunded !== true) continue;
    move(books, { legId: null, issuanceId, amountCentavos, from: "suspense", to: "returns" });
  }
}

const ofLeg = ({ id: legId, amountCentavos }: Leg) => ({ legId, amountCentavos });

/** Makes a movement: posted, unless it says otherwise. */
function move(books: Books, made: Made): void {
  const nowMs = books.nowMs();
  const usual = { attemptId: null, issuanceId: null, state: "posted", createdAtMs: nowMs, closedAtMs: nowMs } as const;
  const row: TransferRow = { id: books.nextId(), ...usual, ...made };
  books.transfers.put(row.id, row);
  post(books, row, row.from, row.state === "pending" ? "in_transit" : row.to, nowMs);
}

/** The two entries of one step of a movement, as migration 0014's `post_entries` writes them. */
function post(
  books: Books,
  { id: transferId, legId, amountCentavos }: TransferRow,
  from: Account,
  to: Account,
  postedAtMs: number,
) {
  const paymentId = legId === null ? null : (books.legs.get(legId)?.paymentId ?? null);
  const lines: readonly [Account, bigint][] = [
    [from, -amountCentavos],
    [to, amountCentavos],
  ];
  for (const [account, amount] of lines) {
    const id = books.nextId();
    books.entries.put(id, { id, transferId, paymentId, legId, account, amountCentavos: amount, postedAtMs });
  }
}
