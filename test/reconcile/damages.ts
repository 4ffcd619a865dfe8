import type { Finding } from "../../reactor/reconcile/finding.ts";
import type { BookEntry, ThreeBooks, Witness } from "../../reactor/reconcile/witness.ts";

/** A way to damage one copy, and what it must be called. @param nth of which of those that it may befall. */
export type Damage = Readonly<{
  name: string;
  called: Finding["kind"];
  to: (books: ThreeBooks, nth: number) => ThreeBooks;
}>;

const THIEF = "0x00000000000000000000000000000000deadbeef";
const HASH = `0x${"ab".repeat(32)}`;

function pick<Item>(items: readonly Item[], nth: number): Item {
  const item = items[nth % items.length];
  if (item === undefined) throw new Error("There is nothing that this damage could befall.");
  return item;
}

const escrowOf = ({ places }: ThreeBooks) => pick(places.escrows, 0);
const bridgeOf = ({ places }: ThreeBooks) => pick(places.bridges, 0);
const isMoney = ({ kind, status, ours }: Witness) => ours && (kind === "Transfer" || status === "COMPLETE");
const redemptions = ({ witnesses }: ThreeBooks) => witnesses.filter(({ kind, ours }) => kind === "REDEMPTION" && ours);
const replace = (books: ThreeBooks, victim: Witness, ...by: readonly Witness[]): ThreeBooks => ({
  ...books,
  witnesses: books.witnesses.flatMap((one) => (one === victim ? by : [one])),
});
const withMore = (books: ThreeBooks, ...more: readonly Witness[]): ThreeBooks => ({
  ...books,
  witnesses: [...books.witnesses, ...more],
});
const withEntries = (books: ThreeBooks, victim: BookEntry, ...by: readonly BookEntry[]): ThreeBooks => ({
  ...books,
  entries: books.entries.flatMap((one) => (one === victim ? by : [one])),
});

/** A log of a transaction that is not ours. */
function foreign(books: ThreeBooks, kind: string, part: Partial<Witness>, nth: number): Witness {
  const like = pick(
    books.witnesses.filter((one) => one.kind === "Transfer" && one.ours),
    nth,
  );
  const blank = { from: null, to: null, amountBaseUnits: null, escrowId: null, legId: null };
  return { ...like, ...blank, id: `${HASH}:${kind}`, txHash: HASH, kind, ours: false, ...part };
}

function byHand(kind: string): Damage["to"] {
  return (books, nth) => {
    const created = pick(
      books.witnesses.filter((one) => one.kind === "EscrowCreated"),
      nth,
    );
    const { escrowId, legId, amountBaseUnits } = created;
    const [from, to] = [escrowOf(books), bridgeOf(books)];
    const moves = kind === "EscrowDisputed" ? [] : [foreign(books, "Transfer", { from, to, amountBaseUnits }, nth)];
    return withMore(books, foreign(books, kind, { escrowId, legId }, nth), ...moves);
  };
}

export const damages: readonly Damage[] = [
  {
    name: "the outside lacks an event that our books have",
    called: "missing_event",
    to: (books, nth) => replace(books, pick(books.witnesses.filter(isMoney), nth)),
  },
  {
    name: "our books lack a movement that the outside shows",
    called: "unposted_movement",
    to: (books, nth) => withEntries(books, pick(books.entries, nth)),
  },
  {
    name: "the bank pays a redemption a second time",
    called: "doubled_payout",
    to: (books, nth) =>
      withMore(books, { ...pick(redemptions(books), nth), id: "second", legId: null, ours: false, status: "COMPLETE" }),
  },
  {
    name: "our own second order was paid too",
    called: "doubled_payout",
    to: (books, nth) => withMore(books, { ...pick(redemptions(books), nth), id: "second" }),
  },
  {
    name: "our books have a payout twice",
    called: "doubled_payout",
    to: (books, nth) => {
      const paid = pick(
        books.entries.filter(({ place }) => place === "beneficiary"),
        nth,
      );
      return withEntries(books, paid, paid, paid);
    },
  },
  {
    name: "an amount outside is another",
    called: "changed_amount",
    to: (books, nth) => {
      const victim = pick(books.witnesses.filter(isMoney), nth);
      return replace(books, victim, { ...victim, amountBaseUnits: (victim.amountBaseUnits ?? 0n) + 10_000n });
    },
  },
  {
    name: "an amount in our books is another",
    called: "changed_amount",
    to: (books, nth) => {
      const victim = pick(books.entries, nth);
      return withEntries(books, victim, { ...victim, centavos: victim.centavos * 2n });
    },
  },
  {
    name: "the order itself was changed",
    called: "changed_amount",
    to: (books, nth) => {
      const moved = new Set(books.entries.map(({ legId }) => legId));
      const victim = pick(
        books.legs.filter(({ id }) => moved.has(id)),
        nth,
      );
      const changed = { ...victim, amountCentavos: victim.amountCentavos + 1n };
      return { ...books, legs: books.legs.map((leg) => (leg === victim ? changed : leg)) };
    },
  },
  {
    name: "tokens leave the bridge for somewhere else",
    called: "stolen_tokens",
    to: (books, nth) =>
      withMore(books, foreign(books, "Transfer", { from: bridgeOf(books), to: THIEF, amountBaseUnits: 1n }, nth)),
  },
  {
    name: "tokens leave the escrow without its word",
    called: "stolen_tokens",
    to: (books, nth) =>
      withMore(books, foreign(books, "Transfer", { from: escrowOf(books), to: THIEF, amountBaseUnits: 5n }, nth)),
  },
  {
    name: "the bank withdraws to somebody else",
    called: "unexplained_debit",
    to: (books, nth) => {
      const like = pick(
        books.witnesses.filter(({ kind, ours }) => kind === "CRYPTO_WITHDRAWAL" && ours),
        nth,
      );
      return withMore(books, { ...like, id: "stray", to: THIEF, txHash: HASH, legId: null, ours: false });
    },
  },
  {
    name: "the bank redeems to an account that is nobody's",
    called: "unexplained_debit",
    to: (books, nth) =>
      withMore(books, { ...pick(redemptions(books), nth), id: "stray", accountId: "other", legId: null, ours: false }),
  },
  {
    name: "the bank issues money that nobody keeps",
    called: "unexplained_credit",
    to: (books, nth) => {
      const like = pick(
        books.witnesses.filter(({ kind, status, ours }) => kind === "ISSUANCE" && status === "COMPLETE" && ours),
        nth,
      );
      return withMore(books, { ...like, id: "stray", legId: null, ours: false });
    },
  },
  {
    name: "the bank credits tokens that no transaction sent",
    called: "unexplained_credit",
    to: (books, nth) => {
      const like = pick(
        books.witnesses.filter(({ kind, ours }) => kind === "CRYPTO_DEPOSIT" && ours),
        nth,
      );
      return withMore(books, { ...like, id: "stray", txHash: HASH, legId: null, ours: false });
    },
  },
  {
    name: "somebody sends tokens to the escrow",
    called: "direct_transfer",
    to: (books, nth) =>
      withMore(books, foreign(books, "Transfer", { from: THIEF, to: escrowOf(books), amountBaseUnits: 7n }, nth)),
  },
  {
    name: "a hand moves tokens from the bridge to the bank",
    called: "moved_by_hand",
    to: (books, nth) => {
      const [from, to] = [bridgeOf(books), books.places.junoWallet];
      return withMore(books, foreign(books, "Transfer", { from, to, amountBaseUnits: 7n }, nth));
    },
  },
  { name: "a hand releases an escrow", called: "escrow_by_hand", to: byHand("EscrowReleased") },
  { name: "a hand cancels an escrow", called: "escrow_by_hand", to: byHand("EscrowCancelled") },
  { name: "a hand disputes an escrow", called: "escrow_by_hand", to: byHand("EscrowDisputed") },
  {
    name: "the owner rescues tokens",
    called: "rescued_tokens",
    to: (books, nth) => {
      const from = escrowOf(books);
      const moved = { to: THIEF, amountBaseUnits: 9n };
      const log = foreign(books, "Transfer", { ...moved, from }, nth);
      return withMore(books, log, foreign(books, "TokensRescued", moved, nth));
    },
  },
];
