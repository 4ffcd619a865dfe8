import { LARGEST_PAYMENT_ID } from "../../../reactor/http/wire/paymentRequest.ts";
import { openDatabase } from "../../../reactor/store/database.ts";
import { databaseUrl } from "../../operate/databaseUrl.ts";
import { readRecord } from "./readRecord.ts";
import { replayRecord } from "./replayRecord.ts";

/** As reactor/config.ts has it. */
const KEY_LIFETIME_MS = 3_600_000;

/**
 * Replays one payment of the configured database, or of this folder's local start, and prints each transition beside what
 * was recorded. @returns the exit code: 0 when all agree, 1 at a difference, 2 for a payment that is not there.
 */
export async function replayPayment(paymentId: number, say: (line: string) => void): Promise<0 | 1 | 2> {
  const database = openDatabase(databaseUrl(), 1, () => undefined);
  try {
    const record = paymentId >= 1 && paymentId <= LARGEST_PAYMENT_ID ? await readRecord(database.db, paymentId) : null;
    if (record === null) {
      say(`No hay pago ${paymentId} en esta base de datos. / There is no payment ${paymentId} in this database.`);
      return 2;
    }
    const lines = replayRecord(record, Number(process.env.BANK_KEY_LIFETIME_MS || KEY_LIFETIME_MS));
    for (const { atMs, kind, recorded, replayed, difference } of lines) {
      const mark = difference === null ? "✓" : "✗";
      say(`${mark} ${new Date(atMs).toISOString()}  ${kind.padEnd(7)}  ${replayed.padEnd(48)}  | ${recorded}`);
    }
    const difference = lines.find((line) => line.difference !== null);
    if (difference === undefined) {
      say(
        `Pago ${paymentId}: ${lines.length} pasos, todos coinciden. / Payment ${paymentId}: ${lines.length} steps, all agree.`,
      );
      return 0;
    }
    say(`Pago ${paymentId}, primera diferencia / payment ${paymentId}, first difference: ${difference.difference}`);
    return 1;
  } finally {
    await database.close();
  }
}
