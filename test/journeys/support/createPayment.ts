import type { ReleaseBy } from "../../../reactor/payments/releaseBy.ts";
import type { Api } from "./api.ts";

/** What a journey says of a payment; all else is the same for every one. */
export type PaymentWishes = Readonly<{
  /** Decimal pesos. */
  amount: string;
  customer: string;
  payoutClabe?: string;
  recipient?: string;
  refundClabe?: string;
  /** How long the custody lasts from now, ms. */
  custodyMs?: number;
  id?: number;
  allowSameAmount?: boolean;
  releaseBy?: ReleaseBy;
}>;

export type CreatedPayment = Readonly<{
  id: number;
  amount: string;
  amountCentavos: bigint;
  depositClabe: string;
  payoutClabe: string;
  recipient: string;
}>;

/** Valid accounts at three banks, none of them Juno's. */
export const CLABES = {
  banorte: "072180000118359711",
  bbva: "012180000118359713",
  hsbc: "021180000118359717",
} as const;

const CUSTODY_MS = 6_000;

/** Creates a payment over the API, and keeps what the journey must know of it to follow its money. */
export async function createPayment(api: Api, wishes: PaymentWishes): Promise<CreatedPayment> {
  const { amount, customer, payoutClabe = CLABES.bbva, recipient = "Vendedora de Prueba SA de CV" } = wishes;
  const { id, deposit_clabe } = await api.createPayment({
    amount,
    payer: {
      ...{ id: customer, name: `Compradora ${customer}` },
      ...(wishes.refundClabe !== undefined && { refund_clabe: wishes.refundClabe }),
    },
    recipient: { legal_name: recipient },
    payout_clabe: payoutClabe,
    custody_end: new Date(Date.now() + (wishes.custodyMs ?? CUSTODY_MS)).toISOString(),
    ...(wishes.id === undefined ? {} : { id: wishes.id }),
    ...(wishes.allowSameAmount === undefined ? {} : { allow_same_amount: wishes.allowSameAmount }),
    ...(wishes.releaseBy === undefined ? {} : { release_by: wishes.releaseBy }),
  });
  const amountCentavos = BigInt(amount.replace(".", ""));
  return { id, amount, amountCentavos, depositClabe: deposit_clabe, payoutClabe, recipient };
}
