import type { World } from "../world.ts";
import { rule } from "./rule.ts";

const MINUTE_MS = 60_000;

/** Now and then buyer and seller both want custody to end before its time. */
export async function releaseEarly(world: World, paymentId: number): Promise<void> {
  const { clock, chance } = world;
  if (!chance.hits(0.05, "approve early", paymentId)) return;
  await clock.sleep(chance.between(2, 15, "are content", paymentId) * MINUTE_MS);
  await rule(world, paymentId, "active", "release");
}
