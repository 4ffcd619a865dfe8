import type { Visitor } from "../site.ts";
import type { WholeLeg } from "./LegRails.tsx";

/** What a leg is called: a payout by whom it is for. */
export function legTitle({ say }: Pick<Visitor, "say">, { kind, beneficiary }: Pick<WholeLeg, "kind" | "beneficiary">) {
  return beneficiary === null ? say[`leg_${kind}`] : say[`leg_payout_${beneficiary.payee}`];
}
