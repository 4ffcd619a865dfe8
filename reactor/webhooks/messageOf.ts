import { describe } from "../payments/words.ts";
import type { ClaimedDelivery } from "../store/claimDelivery.ts";

/** What of an event's data leaves the house: no free text (it may name somebody), no CLABE but its last four digits. */
const TOLD = [
  "amount",
  "custody_end",
  "clabe",
  "escrow_id",
  "tx_hash",
  "from",
  "to",
  "count",
  "number",
  "block",
  "endpoint",
  "host",
  "key",
  "scopes",
  "hash",
  "alert",
  "detail",
];
/** Stands where an event's words quote a free text. What it says is read in the house. */
const UNTOLD = { message: "…", why: "…", es: "…", en: "…", reason: "…", owner: "…" };

/** One event as it is told: the same bytes at each try, so that its id means one thing. */
export type Message = Readonly<{ id: string; body: string }>;

/**
 * An event in the shape of Standard Webhooks. The id is this installation's, so that a receiver of two does not take one's
 * event for the other's.
 */
export function messageOf(event: ClaimedDelivery["event"], installationId: string): Message {
  const { id, type, data, atMs, paymentId, externalId } = event;
  const told = Object.fromEntries(Object.entries(data).filter(([name]) => TOLD.includes(name)));
  const { es, en } = describe(type, { ...told, ...UNTOLD });
  const body = {
    type,
    timestamp: new Date(atMs).toISOString(),
    data: {
      event_id: id,
      payment_id: paymentId,
      external_id: externalId,
      description: es,
      description_en: en,
      ...told,
    },
  };
  return { id: `evt_${installationId.replaceAll("-", "")}_${id}`, body: JSON.stringify(body) };
}
