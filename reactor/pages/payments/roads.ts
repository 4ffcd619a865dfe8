import { type LegKind, tables } from "../../payments/leg.ts";

/** The states that a leg passes when all goes well, in their order; a leg that leaves its road is drawn where it is. */
export const ROADS: Readonly<Record<LegKind, readonly string[]>> = {
  deposit: ["awaiting", "seen", "issuing", "issued"],
  custody: [
    "waiting",
    "withdrawing",
    "bridged",
    "securing",
    "active",
    "releasing",
    "returning",
    "crediting",
    "returned",
  ],
  payout: ["waiting", "account", "ready", "redeeming", "paying", "paid"],
};

type Happened = Readonly<{ type: string; leg_id: number | null; created_at: string }>;
export type Step = Readonly<{ state: string; at: string | null; is: "done" | "now" | "to_come" }>;

/**
 * A leg as the steps of its road: when it came to each, where it stands, what is to come. A step that was passed over,
 * such as a deposit that was seen with its issuance, is left out.
 * @param standing the leg's state; in review, the state that it came from.
 * @param events all of the payment's, oldest first.
 */
export function stepsOf(
  leg: Readonly<{ id: number; kind: LegKind; standing: string; over: boolean }>,
  events: readonly Happened[],
): readonly Step[] {
  const reached = new Map<string, string>();
  for (const { type, leg_id, created_at } of events) {
    const state = leg_id === leg.id ? stateAfter(leg.kind, type) : undefined;
    if (state !== undefined) reached.set(state, created_at);
  }
  const road = ROADS[leg.kind];
  const here = road.indexOf(leg.standing);
  // Off its road it stands behind the last step that it reached.
  const last = road.findLastIndex((state) => reached.has(state));
  const passed = road.slice(0, here === -1 ? Math.max(last, 0) + 1 : here);
  const ahead = leg.over ? [] : road.slice(here === -1 ? passed.length : here + 1);
  return [
    ...passed
      .filter((state, index) => index === 0 || reached.has(state))
      .map((state) => ({ state, at: reached.get(state) ?? null, is: "done" as const })),
    { state: leg.standing, at: reached.get(leg.standing) ?? null, is: leg.over ? "done" : "now" },
    ...ahead.map((state) => ({ state, at: null, is: "to_come" as const })),
  ];
}

/** Where an event of a leg's history leads, by its table. One that leads back to where the leg stood is no arrival. */
function stateAfter(kind: LegKind, type: string): string | undefined {
  const rows: readonly [string, Readonly<{ on: Readonly<Record<string, Readonly<{ to: string; event: string }>>> }>][] =
    Object.entries(tables[kind]);
  return rows
    .flatMap(([state, { on }]) => Object.values(on).filter(({ to }) => to !== state))
    .find(({ event, to }) => event === type && to !== "review")?.to;
}
