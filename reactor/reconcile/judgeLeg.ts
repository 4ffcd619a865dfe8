import { BASE_UNITS_PER_CENTAVO, toDecimal } from "../payments/money.ts";
import type { Evidence } from "../store/schema/watch.ts";
import type { Finding } from "./finding.ts";
import { type Flows, flowsOfBooks, flowsOutside, type Tally, tallyOf } from "./flows.ts";
import type { BookEntry, OrderedLeg, Places, Witness } from "./witness.ts";

type LegBooks = Readonly<{ witnesses: readonly Witness[]; entries: readonly BookEntry[]; places: Places }>;

/**
 * Holds what bank and chain show of a leg to what our books say of it, place by place and in both directions, and each
 * movement to what was ordered.
 * @returns a finding for each kind of difference; none when all agree.
 */
export function judgeLeg(leg: OrderedLeg, { witnesses, entries, places }: LegBooks): readonly Finding[] {
  const outside = flowsOutside(leg, witnesses, places);
  const books = flowsOfBooks(entries.filter(({ pending }) => !pending));
  const ordered = flowsOfBooks(entries.filter(({ pending }) => pending));
  const keys = [...new Set([...outside.keys(), ...books.keys()])];
  const paidTwice = [outside, books].some((side) => paidTimes(side) > 1) ? PAYING : [];
  const differing = keys.flatMap((key) => {
    const [shown, posted] = [tallyOf(outside, key), tallyOf(books, key)];
    const kind = paidTwice.includes(key) ? "doubled_payout" : differenceOf(leg, shown, posted);
    return kind === null ? [] : [{ key, kind, shown, posted }];
  });
  const kinds = [...new Set(differing.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const those = differing.filter((one) => one.kind === kind);
    const isUnderWay =
      kind === "unposted_movement" &&
      those.every(({ key, shown, posted }) => shown.baseUnits === posted.baseUnits + tallyOf(ordered, key).baseUnits);
    return {
      kind,
      source: "books",
      outsideId: `leg ${leg.id}`,
      legId: leg.id,
      paymentId: leg.paymentId,
      amountBaseUnits: largest(those.flatMap(({ shown, posted }) => stakesOf(leg, kind, shown, posted))),
      sides: sidesOf(
        leg,
        those.map(({ key }) => key),
        { outside, books, witnesses },
      ),
      ...(isUnderWay && { isUnderWay }),
      youngestMs: Math.max(...those.flatMap(({ shown, posted }) => [shown.youngestMs, posted.youngestMs])),
    };
  });
}

const PAYING = ["juno out", "beneficiary in"];

/** Paid more often than once, even where outside and books agree on it, and less what came back. */
function paidTimes(flows: Flows): number {
  return tallyOf(flows, "beneficiary in").times - tallyOf(flows, "beneficiary out").times;
}

type Difference = Extract<Finding["kind"], "changed_amount" | "doubled_payout" | "missing_event" | "unposted_movement">;

function differenceOf(leg: OrderedLeg, shown: Tally, posted: Tally): Difference | null {
  const ordered = leg.amountCentavos * BASE_UNITS_PER_CENTAVO;
  if (shown.times > posted.times) return "unposted_movement";
  if (shown.times < posted.times) return "missing_event";
  const isOrdered = shown.baseUnits === ordered * BigInt(shown.times) && shown.baseUnits === posted.baseUnits;
  return isOrdered ? null : "changed_amount";
}

function stakesOf(leg: OrderedLeg, kind: Difference, shown: Tally, posted: Tally): readonly bigint[] {
  const ordered = leg.amountCentavos * BASE_UNITS_PER_CENTAVO;
  if (kind === "doubled_payout") return [shown.baseUnits - ordered, posted.baseUnits - ordered];
  const otherThanOrdered = kind === "changed_amount" ? [shown.baseUnits - ordered * BigInt(shown.times)] : [];
  return [shown.baseUnits - posted.baseUnits, ...otherThanOrdered];
}

function largest(amounts: readonly bigint[]): bigint {
  const [most = 0n] = amounts.map((one) => (one < 0n ? -one : one)).toSorted((one, other) => (one < other ? 1 : -1));
  return most;
}

/** Whose word each place is. */
const TELLS: Readonly<Record<string, "bank" | "chain">> = {
  buyer: "bank",
  juno: "bank",
  beneficiary: "bank",
  bridge: "chain",
  escrow: "chain",
};

type Told = Readonly<{ outside: Flows; books: Flows; witnesses: readonly Witness[] }>;

function sidesOf(leg: OrderedLeg, keys: readonly string[], { outside, books, witnesses }: Told): Finding["sides"] {
  const ids = (side: "bank" | "chain") =>
    witnesses.filter((one) => one.side === side && one.amountBaseUnits !== null).map(({ id }) => id);
  const of = (side: "bank" | "chain"): Evidence => ({
    ...inWords(
      outside,
      keys.filter((key) => TELLS[key.split(" ")[0] ?? ""] === side),
    ),
    ...(ids(side).length > 0 && { ids: ids(side).join(", ") }),
  });
  return {
    books: { ordered: toDecimal(leg.amountCentavos), ...inWords(books, keys) },
    bank: of("bank"),
    chain: of("chain"),
  };
}

const inWords = (flows: Flows, keys: readonly string[]): Evidence =>
  Object.fromEntries(
    keys.map((key) => {
      const { baseUnits, times } = tallyOf(flows, key);
      return [key, `${times} × → ${inPesos(baseUnits)}`];
    }),
  );

/** Pesos with two decimals, and the base units beside them where they are no whole centavos. */
export function inPesos(baseUnits: bigint): string {
  const pesos = toDecimal(baseUnits / BASE_UNITS_PER_CENTAVO);
  return baseUnits % BASE_UNITS_PER_CENTAVO === 0n ? pesos : `${pesos} (${baseUnits} base units)`;
}
