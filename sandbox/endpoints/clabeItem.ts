import type { ClabeRecord } from "../books/records.ts";
import { isoTime } from "../http/isoTime.ts";

/** A CLABE as /spei/v1/clabes shows it. */
export function clabeItem({ clabe, createdAt }: ClabeRecord): Record<string, unknown> {
  return {
    clabe,
    type: "AUTO_PAYMENT",
    status: "ENABLED",
    deposit_minimum_amount: null,
    deposit_maximum_amounts: { operation: null, daily: null, weekly: null, monthly: null },
    created_at: isoTime(createdAt),
    updated_at: isoTime(createdAt),
  };
}
