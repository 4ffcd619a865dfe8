import { escrowKey, FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import { BASE_UNITS_PER_CENTAVO } from "../../reactor/payments/money.ts";
import type { OpenOrder } from "../../reactor/payments/unexplainedDebits.ts";
import { nameWitnesses } from "../../reactor/reconcile/nameWitnesses.ts";
import type { PlaceSums } from "../../reactor/reconcile/sumWitnesses.ts";
import type { BareWitness, BookEntry, Names, ThreeBooks } from "../../reactor/reconcile/witness.ts";
import { SHOWN_AT } from "../../reactor/store/bookEntries.ts";
import { addresses } from "./chain/addresses.ts";
import type { AttemptRow } from "./memoryStore/books.ts";
import type { World } from "./world.ts";

const BLANK = {
  ...{ status: null, amountBaseUnits: null, from: null, to: null, contract: null, escrowId: null, accountId: null },
  ...{ account: FIRST_ACCOUNT, txHash: null, refundOf: null, blockNumber: null },
} as const;

/** What the simulated bank and chain show, the bank by its own books and the chain by all its blocks. */
export function witnessesIn({ bank, chain }: World): readonly BareWitness[] {
  const transactions = bank.transactions.map(
    (tx): BareWitness => ({
      ...BLANK,
      ...{ id: tx.id, side: "bank", kind: tx.type, status: tx.status, amountBaseUnits: tx.amountBaseUnits },
      ...{ to: tx.address, accountId: tx.accountId, txHash: tx.txHash },
      ...{ atMs: tx.createdAtMs, changedAtMs: tx.updatedAtMs },
    }),
  );
  const refunds = bank.refunds.map(
    ({ id, of, amountBaseUnits, createdAtMs }): BareWitness => ({
      ...BLANK,
      ...{ id, side: "bank", kind: "REFUND", status: "COMPLETE", amountBaseUnits, refundOf: of },
      ...{ atMs: createdAtMs, changedAtMs: createdAtMs },
    }),
  );
  const ours: readonly (string | null)[] = [addresses.bridge, addresses.escrow];
  const logs = chain.blocks.flatMap(({ number, timestampUnixS, mined }) =>
    mined
      .flatMap((one) => one.logs)
      .filter(({ kind, from, to }) => kind !== "Transfer" || ours.includes(from) || ours.includes(to))
      .map(({ key, kind, from, to, escrowId, amountBaseUnits, txHash }): BareWitness => {
        const atMs = timestampUnixS * 1_000;
        const shown = { id: key, kind, from, to, escrowId, amountBaseUnits, txHash, blockNumber: number };
        return { ...BLANK, side: "chain", ...shown, atMs, changedAtMs: atMs };
      }),
  );
  return [...transactions, ...refunds, ...logs];
}

/** What the simulated bank and chain hold: balances to which their own movements must add up. */
export const balancesIn = ({ bank, chain }: World): PlaceSums => ({
  juno: bank.held.available,
  bridge: chain.ledger.balanceOf(addresses.bridge),
  escrow: chain.ledger.balanceOf(addresses.escrow),
});

/** What the reactors' orders and claims name outside. */
export function namesIn({ books }: World): Names {
  const claims = [...books.claims.all()].filter(({ freedAtMs }) => freedAtMs === null);
  const orders = [...books.attempts.all()].filter(
    ({ action, outcome }) => outcome === "done" && (action === "withdraw" || action === "redeem"),
  );
  return {
    bank: new Map([
      ...orders.flatMap(({ outsideId, legId }) => (outsideId === null ? [] : [[outsideId, legId] as const])),
      ...claims.flatMap(({ source, outsideId, legId }) =>
        BANK_CLAIMS.has(source) ? [[outsideId, legId] as const] : [],
      ),
    ]),
    hashes: new Map([
      ...claims.flatMap(({ source, outsideId, legId }) =>
        CHAIN_CLAIMS.has(source) ? [[outsideId.split(":")[2] ?? "", legId] as const] : [],
      ),
      ...[...books.own.all()].flatMap(({ hash, legId }) => (hash === null ? [] : [[hash, legId] as const])),
    ]),
    escrows: new Map(
      [...books.legs.all()].flatMap(({ id, carried }) =>
        carried.escrowId ? [[escrowKey(null, carried.escrowId), id] as const] : [],
      ),
    ),
  };
}

const BANK_CLAIMS: ReadonlySet<string> = new Set(["issuance", "bank_transaction", "payout_return"]);
const CHAIN_CLAIMS: ReadonlySet<string> = new Set(["token_transfer", "escrow_log"]);

/** The three books of a simulated world, as the reconciliation compares them. */
export function threeBooksOf(world: World): ThreeBooks {
  const { books } = world;
  const witnesses = witnessesIn(world);
  const { bridge, escrow, junoWallet } = addresses;
  return {
    places: { bridges: [bridge], escrows: [escrow], junoWallet },
    witnesses: nameWitnesses(witnesses, namesIn(world)),
    legs: [...books.legs.all()],
    entries: [...books.transfers.all()].flatMap(({ legId, from, to, state, ...row }): readonly BookEntry[] => {
      if (state === "voided" || legId === null || from === "company" || to === "company") return [];
      const entry = { legId, pending: state === "pending", atMs: row.closedAtMs ?? row.createdAtMs };
      return [
        { ...entry, place: SHOWN_AT[from], centavos: -row.amountCentavos },
        { ...entry, place: SHOWN_AT[to], centavos: row.amountCentavos },
      ];
    }),
    openOrders: books.openAttempts().flatMap((attempt) => toOpenOrder(world, attempt)),
    suspended: new Map(
      books.suspended().map(({ issuanceId, amountCentavos }) => [issuanceId ?? "", amountCentavos] as const),
    ),
  };
}

function toOpenOrder({ books }: World, { action, amountCentavos, legId, sentAtMs }: AttemptRow): readonly OpenOrder[] {
  if (action !== "withdraw" && action !== "redeem") return [];
  const destination = action === "withdraw" ? addresses.bridge : (books.legs.get(legId)?.carried.bankAccountId ?? "");
  const amountBaseUnits = amountCentavos * BASE_UNITS_PER_CENTAVO;
  return [{ action, amountBaseUnits, destination, intendedAtMs: sentAtMs }];
}
