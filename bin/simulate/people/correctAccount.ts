import { correctedClabeOf } from "../agreement.ts";
import type { World } from "../world.ts";
import { legIdOf } from "./legIds.ts";
import { moveByTwo } from "./moveByTwo.ts";

const MINUTE_MS = 60_000;

/** Now and then a seller names another account before the payout, and two persons put it in force. */
export async function correctAccount(world: World, paymentId: number): Promise<void> {
  const { clock, chance, books, turns } = world;
  if (!chance.hits(0.05, "has another account", paymentId)) return;
  await clock.sleep(chance.between(1, 15, "writes", paymentId) * MINUTE_MS);
  const legId = legIdOf(paymentId, "payout");
  if (books.legs.get(legId)?.state !== "waiting") return;
  await turns(async () => {
    const id = books.nextId();
    const given = { version: 2, givenBy: "people", reason: "simulated", givenAtMs: clock.nowMs() };
    books.accounts.put(id, {
      ...{ id, legId, ...given, payee: "seller", legalName: "Beto" },
      clabe: correctedClabeOf(paymentId),
    });
  });
  await moveByTwo(world, legId, "account_corrected");
}
