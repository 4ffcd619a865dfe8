import type { World } from "../world.ts";
import { legIdOf } from "./legIds.ts";
import { moveByTwo } from "./moveByTwo.ts";

const MINUTE_MS = 60_000;
const MOST_LOOKS = 24;

/**
 * Now and then the bank gives a deposit back that it had issued, and two persons cover it once its leg has come to them.
 * @param fid of the SPEI that paid the sale.
 */
export async function recallDeposit(world: World, paymentId: number, fid: string): Promise<void> {
  const { clock, chance, books, bank } = world;
  if (!chance.hits(0.03, "is recalled", paymentId)) return;
  await clock.sleep(chance.between(5, 40, "calls the bank", paymentId) * MINUTE_MS);
  const legId = legIdOf(paymentId, "deposit");
  if (books.legs.get(legId)?.state !== "issued") return;
  bank.recall(fid);
  for (let look = 1; look <= MOST_LOOKS; look++) {
    await clock.sleep(5 * MINUTE_MS);
    if (books.legs.get(legId)?.reviewFrom === "issued") return moveByTwo(world, legId, "covered");
  }
}
