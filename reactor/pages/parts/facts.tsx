import type { PaymentStatus } from "../../payments/status.ts";
import { day, moment, pesos } from "../formats.ts";
import type { Visitor } from "../site.ts";

/** An amount in figures of one width, so that a column of them stands in line. */
export const Amount = ({ pesos: decimal }: { pesos: string }) => <span class="amount">{pesos(decimal)}</span>;

/** A moment in Mexico's time; «—» where there is none. */
export const Moment = ({ visitor: { language }, at }: { visitor: Visitor; at: string | null }) =>
  at === null ? <span class="quiet">—</span> : <time datetime={at}>{moment(language, at)}</time>;

/** The day of a moment, in Mexico's calendar: for a column that is read at a glance. */
export const Day = ({ visitor: { language }, at }: { visitor: Visitor; at: string }) => (
  <time datetime={at}>{day(language, at)}</time>
);

/** A payment's status as a word with its colour; the word alone says it too. */
export function StatusBadge({ visitor: { say }, status }: { visitor: Visitor; status: string }) {
  return <span class={`badge ${status}`}>{isStatus(status) ? say[`status_${status}`] : status}</span>;
}

export const STATUSES = [
  "pending",
  "processing",
  "active",
  "disputed",
  "review",
  "completed",
  "refunded",
  "cancelled",
  "expired",
] as const satisfies readonly PaymentStatus[];

const isStatus = (text: string): text is PaymentStatus => STATUSES.some((status) => status === text);
