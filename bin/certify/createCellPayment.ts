import { clabe } from "clabe-validator";
import pRetry from "p-retry";
import { apiAt } from "../demo/api.ts";
import type { System } from "./openSystem.ts";

/** A payment that is a cell's own: no other has its CLABEs or its amount. */
export type CellPayment = Readonly<{
  id: number;
  amount: string;
  amountCentavos: bigint;
  depositClabe: string;
  payoutClabe: string;
  recipient: string;
  /** Where a dispute for the buyer pays. */
  refund: Readonly<{ payoutClabe: string; recipient: string }>;
}>;

const BUYER = "Compradora Certificada";
const RECIPIENT = "Vendedora Certificada SA de CV";
/** A bank's prefix and a branch; eleven digits of the account follow, of which the last is the check digit. */
const PAYOUT_BANK = "072180";
const REFUND_BANK = "021180";
const CUSTODY_MS = 3_000;

/**
 * Creates the n-th payment. Who is not answered, or finds the bank's nonces out of order and so gets no CLABE, asks again in
 * the very same words.
 */
export async function createCellPayment(
  system: Pick<System, "apiKey">,
  apiUrl: string,
  n: number,
  custodyMs: number = CUSTODY_MS,
): Promise<CellPayment> {
  const amount = `${1_000 + n}.37`;
  const payoutClabe = clabeOf(PAYOUT_BANK, n);
  const refundClabe = clabeOf(REFUND_BANK, n);
  const custody_end = new Date(Date.now() + custodyMs).toISOString();
  const { id, deposit_clabe } = await pRetry(() =>
    apiAt(apiUrl, system.apiKey).createPayment({
      amount,
      external_id: `certificado-${n}`,
      payer: { id: `certificado-${n}`, name: BUYER, refund_clabe: refundClabe },
      recipient: { legal_name: RECIPIENT },
      payout_clabe: payoutClabe,
      custody_end,
    }),
  );
  const amountCentavos = BigInt(amount.replace(".", ""));
  const refund = { payoutClabe: refundClabe, recipient: BUYER };
  return { id, amount, amountCentavos, depositClabe: deposit_clabe, payoutClabe, recipient: RECIPIENT, refund };
}

function clabeOf(bank: string, n: number): string {
  const account = `${bank}${String(n).padStart(11, "0")}`;
  return `${account}${clabe.computeChecksum(account)}`;
}
