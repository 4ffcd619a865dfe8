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
 * Creates the n-th payment. A bank that finds its reactor's nonces out of order gives no CLABE: it is
 * asked again.
 */
export async function createCellPayment(
  system: Pick<System, "apiKey">,
  apiUrl: string,
  n: number,
): Promise<CellPayment> {
  const amount = `${1_000 + n}.37`;
  const payoutClabe = clabeOf(PAYOUT_BANK, n);
  const refundClabe = clabeOf(REFUND_BANK, n);
  const { id, deposit_clabe } = await pRetry(() =>
    apiAt(apiUrl, system.apiKey).createPayment({
      amount,
      external_id: `certificado-${n}`,
      payer: { id: `certificado-${n}`, name: BUYER, refund_clabe: refundClabe },
      recipient: { legal_name: RECIPIENT },
      payout_clabe: payoutClabe,
      custody_end: new Date(Date.now() + CUSTODY_MS).toISOString(),
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
