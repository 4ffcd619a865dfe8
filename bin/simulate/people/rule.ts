import type { World } from "../world.ts";
import { legIdOf } from "./legIds.ts";

/** A person's decision, recorded while the custody leg is in the state that it is about. */
export function rule(
  world: World,
  paymentId: number,
  state: "active" | "disputed",
  kind: "dispute" | "seller" | "buyer" | "release",
): Promise<"ruled" | "not yet" | "never"> {
  const { books, clock, turns, fleet } = world;
  return turns(async () => {
    const row = books.legs.get(legIdOf(paymentId, "custody"));
    const isOpening = row?.state === "active" && books.rulingsOf.of(row.id).length > 0;
    if (isOpening || row?.state === "disputing") return "not yet";
    if (row?.state !== state) return "never";
    const id = books.nextId();
    const atMs = clock.nowMs();
    const decided = { id, legId: row.id, kind, actor: "person", reason: "simulated" };
    books.rulings.put(id, { ...decided, createdAtMs: atMs, carriedOutAtMs: null });
    books.legs.put(row.id, { ...row, dueAtMs: atMs, wokenAtMs: atMs });
    fleet.rota.lookAt(atMs);
    return "ruled";
  });
}
