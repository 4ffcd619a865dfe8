import { setTimeout as sleep } from "node:timers/promises";
import { type CellPayment, createCellPayment } from "../../bin/certify/createCellPayment.ts";
import type { System } from "../../bin/certify/openSystem.ts";
import { deposit } from "../../bin/demo/api.ts";

/** Long enough that an answer which a fail-over swallowed can be asked for again. */
const CUSTODY_MS = 15_000;

export type Created = CellPayment & Readonly<{ answeredAtMs: number }>;

/** Creates payments at a steady pace, by both reactors in turn, and pays each deposit once its creation was answered. */
export function keepCreating(
  system: System,
  perSecond: number,
): Readonly<{
  /** Those answered with 201 so far. */
  answered(): readonly Created[];
  /** @returns all, once the last is answered. @throws what went wrong with one. */
  stop(): Promise<readonly Created[]>;
}> {
  const begun: Promise<Created>[] = [];
  const answered: Created[] = [];
  let stopping = false;
  const one = async (n: number): Promise<Created> => {
    const payment = await createCellPayment(system, n % 2 ? system.apiUrl : system.standbyUrl, n, CUSTODY_MS);
    const created = { ...payment, answeredAtMs: Date.now() };
    answered.push(created);
    await deposit(system.sandbox.url, { clabe: payment.depositClabe, amount: payment.amount });
    return created;
  };
  const create = async () => {
    while (!stopping) {
      const begins = one(begun.length);
      // What fails is told when all are asked for.
      begins.catch(() => undefined);
      begun.push(begins);
      await sleep(1_000 / perSecond);
    }
  };
  const creating = create();
  return {
    answered: () => [...answered],
    stop: async () => {
      stopping = true;
      await creating;
      return Promise.all(begun);
    },
  };
}
