import { v4 as uuid } from "uuid";
import type { Bank } from "../bank.ts";
import type { SpeiOut } from "../books/records.ts";
import { nvioTrackingKey } from "./trackingKey.ts";

/** An outgoing SPEI with the bank's own clave de rastreo, not yet in the books. */
export function draftSpeiOut(bank: Bank, draft: Omit<SpeiOut, "id" | "trackingKey" | "createdAt">): SpeiOut {
  return {
    ...draft,
    id: uuid({ random: bank.random(16) }),
    trackingKey: nvioTrackingKey(bank),
    createdAt: bank.now(),
  };
}
