import { bankPerformers } from "../../reactor/effects/performers.ts";
import type { CrashPoint, Reactor } from "../../reactor/reactor.ts";
import type { Store } from "../../reactor/store/port.ts";
import type { Life } from "./life.ts";
import type { World } from "./world.ts";

/** Of one point of an order's way, as a part of the fault rate: 0.05 kills at one in two hundred. */
const AT_A_POINT = 0.1;
const AT_ANY_AWAIT = 0.01;
const FROZEN = 0.01;
const FROZEN_AT_A_POINT = 0.05;
/** At once, of all workers of all reactors: were all of them frozen, nobody would take anything over. */
const MOST_FROZEN = 2;
/** Of those frozen at an order to the bank: for longer than the bank knows its key, so that the same key is another order. */
const FROZEN_FOR_LONG = 0.5;
/** Until then who thawed has done whatever it was about to do: the world does not end before. */
const AFTER_THAW_MS = 60_000;
/** A call is answered within this time: who dies before the reply dies before or after the other side has heard it. */
const LONGEST_CALL_MS = 150;

/**
 * Kills the reactor, or has what it is doing stand still for longer than its lease, at the points at which either could lose or
 * repeat an order. Who stood still goes on as if nothing had been.
 */
export function strikeAtPoints(world: World, holder: number, life: Life): Reactor["passing"] {
  const { chance, clock, faults, counts, note } = world;
  let passed = 0;
  const freeze = async (what: string, forMs: number) => {
    counts.freezes++;
    world.frozen.now++;
    note(`reactor ${holder} stands still at ${what} for ${forMs / 1_000} s`);
    clock.after(forMs + AFTER_THAW_MS, () => world.frozen.now--);
    await clock.sleep(forMs);
    if (!life.isDead()) note(`reactor ${holder} goes on at ${what}`);
  };
  return (point: CrashPoint, action, legId) =>
    life.lived(async () => {
      const names = [holder, point, action, legId ?? "lane", ++passed];
      if (world.frozen.now < MOST_FROZEN && chance.hits(faults * FROZEN_AT_A_POINT, "freezes at", ...names)) {
        // Who holds the lane for hours holds up everybody, and that is all it shows.
        const isLong =
          Object.hasOwn(bankPerformers, action) && chance.hits(FROZEN_FOR_LONG, "freezes for long", ...names);
        const [least, most] = isLong ? [70, 180] : [1, 2];
        await freeze(`${action}:${point}`, chance.between(least, most, "frozen for", ...names) * 60_000);
      }
      if (!chance.hits(faults * AT_A_POINT, "dies at", ...names)) return;
      if (point === "before_reply") await clock.sleep(chance.between(0, LONGEST_CALL_MS, "dies after", ...names));
      counts.at[point]++;
      life.die(`at ${action}:${point}`);
    });
}

/** A store whose reactor now and then dies, or stands still for longer than its leases, some awaits after it took legs. */
export function dieAnywhere(store: Store, { chance, faults, note }: World, life: Life): Store {
  let claims = 0;
  return {
    ...store,
    claimLegs: async (holder, limit) => {
      const claimed = await store.claimLegs(holder, limit);
      if (claimed.legs.length === 0) return claimed;
      const names = [holder, ++claims];
      if (chance.hits(faults * AT_ANY_AWAIT, "dies", ...names)) life.dieIn(chance.between(1, 60, "dies in", ...names));
      if (chance.hits(faults * FROZEN, "freezes", ...names)) {
        note(`reactor ${holder} will stand still`);
        life.freezeIn(chance.between(1, 60, "freezes in", ...names), chance.between(31, 90, "for", ...names) * 1_000);
      }
      return claimed;
    },
  };
}
