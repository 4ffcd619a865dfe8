import type { World } from "../world.ts";
import { legIdOf } from "./legIds.ts";
import { moveByTwo } from "./moveByTwo.ts";

const MINUTE_MS = 60_000;
const MOST_LOOKS = 6;

/** Now and then the two parties want custody to last longer, and two persons see to it while it lasts. */
export async function extendCustody(world: World, paymentId: number): Promise<void> {
  const { clock, chance, books } = world;
  if (!chance.hits(0.05, "wants more time", paymentId)) return;
  const legId = legIdOf(paymentId, "custody");
  for (let look = 1; look <= MOST_LOOKS; look++) {
    await clock.sleep(chance.between(1, 6, "asks for time", paymentId, look) * MINUTE_MS);
    const payment = books.payments.get(paymentId);
    if (books.legs.get(legId)?.state !== "active" || payment === undefined) continue;
    // Custody that is to end sooner, or is disputed, has no later end.
    if (books.rulingsOf.of(legId).length > 0) return;
    const longerMs = chance.between(5, 60, "more time", paymentId) * MINUTE_MS;
    const custodyEndMs = Math.max(payment.custodyEndMs, clock.nowMs()) + longerMs;
    return moveByTwo(world, legId, "extended", (facts) => ({ ...facts, terms: { ...facts.terms, custodyEndMs } }));
  }
}
