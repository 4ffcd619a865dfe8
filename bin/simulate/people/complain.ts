import type { World } from "../world.ts";
import { rule } from "./rule.ts";

const MINUTE_MS = 60_000;

/** Now and then a buyer complains, and two persons judge. */
export async function complain(world: World, paymentId: number): Promise<void> {
  const { clock, chance } = world;
  if (!chance.hits(0.03, "disputes", paymentId)) return;
  await clock.sleep(chance.between(2, 20, "complains", paymentId) * MINUTE_MS);
  await rule(world, paymentId, "active", "dispute");
  await clock.sleep(chance.between(2, 10, "judged", paymentId) * MINUTE_MS);
  const kind = chance.hits(0.5, "for", paymentId) ? "seller" : "buyer";
  // A dispute that is not on the chain yet is judged later, as long as there is one.
  while ((await rule(world, paymentId, "disputed", kind)) === "not yet") await clock.sleep(5 * MINUTE_MS);
}
