import type { Books, PullRow } from "../memoryStore/books.ts";
import type { PeopleRows } from "./protocol.ts";

/** What people write into the books by themselves, which no call of the store's makes: sales, decisions, stops and lifts. */
export function peopleOf(books: Books) {
  const sold = new Set<number>();
  const ruled = new Set<number>();
  const named = new Set<number>();
  const pulled = new Map<number, PullRow>();
  return {
    write: <T>(work: () => Promise<T>): Promise<T> => {
      books.journal.touched.clear();
      return work();
    },
    /** What the last writing changed. */
    rows: (): PeopleRows => {
      const legs = [...books.journal.touched.keys()].flatMap((legId) => books.legs.get(legId) ?? []);
      const payments = [...new Set(legs.map(({ paymentId }) => paymentId))].filter((id) => !sold.has(id));
      for (const id of payments) sold.add(id);
      const rulings = legs.flatMap(({ id }) => books.rulingsOf.of(id)).filter(({ id }) => !ruled.has(id));
      for (const { id } of rulings) ruled.add(id);
      const accounts = [...books.accounts.all()].filter(({ id }) => !named.has(id));
      for (const { id } of accounts) named.add(id);
      const pulls = [...books.pulls.all()].filter((row) => row.pulledBy !== "kustodia" && pulled.get(row.id) !== row);
      for (const row of pulls) pulled.set(row.id, row);
      const stored = payments.flatMap((id) => books.payments.get(id) ?? []);
      return {
        customers: stored.map(({ customerId: id, depositClabe }) => ({ id, depositClabe })),
        payments: stored,
        parties: payments.flatMap((id) => books.parties.get(id) ?? []),
        legs,
        accounts,
        claims: legs.filter((row) => payments.includes(row.paymentId)).flatMap(({ id }) => books.claimsOf.of(id)),
        rulings,
        pulls: pulls.map((row) => ({
          ...row,
          ...(row.liftedAtMs === null ? {} : { liftedBy: ["Ana", "Beto"], liftReason: row.why }),
        })),
      };
    },
  };
}
