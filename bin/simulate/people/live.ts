import { depositClabeOf } from "../agreement.ts";
import type { World } from "../world.ts";
import { agree } from "./agree.ts";
import { complain } from "./complain.ts";
import { correctAccount } from "./correctAccount.ts";
import { extendCustody } from "./extendCustody.ts";
import { recallDeposit } from "./recallDeposit.ts";
import { releaseEarly } from "./releaseEarly.ts";
import { sendBack } from "./sendBack.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** One sale: it is agreed, paid in or not, and what people then do about it; all of it drawn by the payment's own number. */
export async function live(world: World, paymentId: number): Promise<void> {
  const { clock, chance, turns, faults, first, crowd } = world;
  await clock.sleep(
    (paymentId - first) * crowd.betweenPaymentsMs + chance.between(0, 60 * SECOND_MS, "starts", paymentId),
  );
  const amountCentavos = amountOf(world, paymentId);
  await turns(async () => agree(world, paymentId, amountCentavos));

  if (chance.hits(0.01, "never pays", paymentId)) return;
  const fid = await pay(world, paymentId, amountCentavos);
  if (faults === 0 || fid === null) return;
  await Promise.all([
    complain(world, paymentId),
    releaseEarly(world, paymentId),
    extendCustody(world, paymentId),
    correctAccount(world, paymentId),
    recallDeposit(world, paymentId, fid),
    sendBack(world, paymentId),
  ]);
}

/** The buyer's SPEI, once more where the bank gives it back. @returns the one that stays; null where none does. */
async function pay({ clock, chance, bank }: World, paymentId: number, amountCentavos: bigint): Promise<string | null> {
  for (let tried = 1; tried <= 2; tried++) {
    await clock.sleep(chance.between(5 * SECOND_MS, 5 * MINUTE_MS, "pays", paymentId, tried));
    const fid = `fid-${paymentId}-${tried}`;
    if (await bank.receive(fid, depositClabeOf(paymentId), amountCentavos)) return fid;
    await clock.sleep(10 * MINUTE_MS);
  }
  return null;
}

function amountOf({ chance, crowd }: World, paymentId: number): bigint {
  const which = chance.between(1, crowd.amounts, "amount", paymentId);
  // Some are large, and wait for the deeper head.
  return which === crowd.amounts ? 150_000_00n : BigInt(which) * 137_50n + 100_00n;
}
