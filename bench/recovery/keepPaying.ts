import { setTimeout as sleep } from "node:timers/promises";
import { type CellPayment, createCellPayment } from "../../bin/certify/createCellPayment.ts";
import type { System } from "../../bin/certify/openSystem.ts";
import { deposit } from "../../bin/demo/api.ts";

/** Creates payments at a steady pace by the reactor that stays, and pays each deposit, until it is stopped. */
export function keepPaying(
  system: System,
  perSecond: number,
): Readonly<{
  /** @returns all that were made. @throws what went wrong with one. */
  stop(): Promise<readonly CellPayment[]>;
}> {
  const begun: Promise<CellPayment>[] = [];
  let stopping = false;
  const one = async (n: number) => {
    const payment = await createCellPayment(system, system.standbyUrl, n);
    await deposit(system.sandbox.url, { clabe: payment.depositClabe, amount: payment.amount });
    return payment;
  };
  const pay = async () => {
    while (!stopping) {
      const begins = one(begun.length);
      // What fails is told when all are asked for.
      begins.catch(() => undefined);
      begun.push(begins);
      await sleep(1_000 / perSecond);
    }
  };
  const paying = pay();
  return {
    stop: async () => {
      stopping = true;
      await paying;
      return Promise.all(begun);
    },
  };
}
