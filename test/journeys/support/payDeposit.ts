import { deposit } from "../../../bin/demo/api.ts";

/** The buyer pays by SPEI: the payment's whole amount to its CLABE. */
export async function payDeposit(
  sandbox: { url: string },
  payment: Readonly<{ depositClabe: string; amount: string }>,
): Promise<void> {
  await deposit(sandbox.url, { clabe: payment.depositClabe, amount: payment.amount });
}
