import type { Travelled } from "../audit/compareBooks.ts";
import type { Cell } from "./cells.ts";

/** Where a cell's payment must end, and how far its money must have come. */
export type End = Readonly<{ status: "completed" | "refunded" | "review" }> & Pick<Travelled, "stage" | "escrowStatus">;

const PAID: End = { status: "completed", stage: "paid" };

/**
 * A crash never changes where a payment ends; three decisions do. A dispute for the buyer pays the buyer. After the bank's
 * definite no a person goes on. That no is definite only once it is stored as the answer to the sole attempt: one that died with the reactor is
 * an unknown, and the order is repeated under its key (DESIGN 6, rule 4).
 */
export function endOf({ action, point, outcome }: Cell): End {
  if (action === "resolveForBuyer") return { status: "refunded", stage: "paid", escrowStatus: "cancelled" };
  const definiteNo = outcome === "refused" && point === "after_commit";
  if (definiteNo && action === "withdraw") return { status: "review", stage: "issued" };
  if (definiteNo && action === "redeem") return { status: "review", stage: "returned" };
  return PAID;
}
