import type pg from "pg";
import { until } from "../../../bin/stack/until.ts";
import type { AnyEventType } from "../../../reactor/payments/words.ts";

export type RecordedEvent = Readonly<{ paymentId: number | null; es: string; data: Readonly<Record<string, string>> }>;

/** The events of a type so far, of all payments and of none (money that no payment waits for), oldest first. */
export async function eventsOfType(pool: pg.Pool, type: AnyEventType): Promise<readonly RecordedEvent[]> {
  const { rows } = await pool.query<RecordedEvent>(
    `select payment_id as "paymentId", es, data from kustodia.event where type = $1 order by id`,
    [type],
  );
  return rows;
}

/** Waits for the first event of a type that `fits`. @throws Error when none comes in time. */
export async function untilEvent(
  pool: pg.Pool,
  type: AnyEventType,
  withinMs: number,
  fits: (event: RecordedEvent) => boolean = () => true,
): Promise<RecordedEvent> {
  return until(`event ${type}`, withinMs, async () => (await eventsOfType(pool, type)).find(fits));
}
