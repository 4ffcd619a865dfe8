import type { World } from "../world.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Somebody stops all money now and then, and two persons let it go on. */
export async function stopAndGo({ clock, chance, faults, books, turns, people, fleet, note }: World): Promise<void> {
  for (let pull = 1; people.left > 0; pull++) {
    await clock.sleep(chance.between(20, 60, "stops", pull) * MINUTE_MS);
    if (!chance.hits(faults * 10, "pulls", pull)) continue;
    const id = books.nextId();
    const why = `revisión ${pull}`;
    await turns(async () =>
      books.pulls.put(id, { id, why, pulledBy: "Ana", finding: null, told: true, liftedAtMs: null }),
    );
    note(`Ana stops the money: ${why}`);
    await clock.sleep(chance.between(20, 150, "lifts", pull) * SECOND_MS);
    await turns(async () =>
      books.pulls.put(id, { id, why, pulledBy: "Ana", finding: null, told: true, liftedAtMs: clock.nowMs() }),
    );
    note(`Ana and Beto let it go on: ${why}`);
    fleet.rota.lookAt(clock.nowMs());
  }
}
