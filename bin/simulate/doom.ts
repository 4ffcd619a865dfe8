import type { CrashPoint, Reactor } from "../../reactor/reactor.ts";
import type { Store } from "../../reactor/store/port.ts";
import type { Life } from "./life.ts";
import type { World } from "./world.ts";

/** Of one point of an order's way, as a part of the fault rate: 0.05 kills at one in two hundred. */
const AT_A_POINT = 0.1;
const AT_ANY_AWAIT = 0.01;
const FROZEN = 0.01;
/** A call is answered within this time: who dies before the reply dies before or after the other side has heard it. */
const LONGEST_CALL_MS = 150;

/** Kills the reactor at the points at which a crash could lose or repeat an order. */
export function dieAtPoints({ chance, clock, faults, counts }: World, holder: number, life: Life): Reactor["passing"] {
  let passed = 0;
  return (point: CrashPoint, action, legId) =>
    life.lived(async () => {
      const names = [holder, point, action, legId ?? "lane", ++passed];
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
