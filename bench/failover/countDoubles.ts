import { completed, readBankBooks } from "../../bin/audit/bankBooks.ts";
import { readChainBooks } from "../../bin/audit/chainBooks.ts";
import type { CellPayment } from "../../bin/certify/createCellPayment.ts";
import type { System } from "../../bin/certify/openSystem.ts";

const BASE_UNITS_PER_CENTAVO = 10_000n;

/**
 * What bank and chain themselves show more than once of one of these payments, in sentences. No two of them have an amount or
 * a CLABE in common, so that this asks nothing of our own books, which may have forgotten.
 */
export async function countDoubles(system: System, payments: readonly CellPayment[]): Promise<readonly string[]> {
  const bank = await readBankBooks(system.sandbox);
  const chain = await readChainBooks(system);
  const released = chain.escrows.filter(({ id }) => chain.releases.includes(id));
  const amounts: Readonly<Record<string, readonly bigint[]>> = {
    withdrawals: completed(bank, "CRYPTO_WITHDRAWAL").map(({ amount }) => amount),
    escrows: chain.escrows.map(({ amountBaseUnits }) => amountBaseUnits / BASE_UNITS_PER_CENTAVO),
    releases: released.map(({ amountBaseUnits }) => amountBaseUnits / BASE_UNITS_PER_CENTAVO),
    returns: chain.returns.map((baseUnits) => baseUnits / BASE_UNITS_PER_CENTAVO),
    redemptions: completed(bank, "REDEMPTION").map(({ amount }) => amount),
    payouts: bank.spei_out.map(({ amount }) => amount),
  };
  return payments.flatMap(({ amount, amountCentavos }) =>
    Object.entries(amounts).flatMap(([what, all]) => {
      const times = all.filter((one) => one === amountCentavos).length;
      return times > 1 ? [`${times} ${what} of ${amount}.`] : [];
    }),
  );
}
