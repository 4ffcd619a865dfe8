import type { Handler } from "hono";
import type { Bank } from "../bank.ts";
import { paidByClabe } from "../books/paidByClabe.ts";
import { totalsOf } from "../books/totals.ts";
import { BASE_UNITS_PER_CENTAVO } from "../money.ts";
import { isUnsettled } from "../orders/settle.ts";

/**
 * GET /sandbox/books: everything the bank believes. Amounts are centavos, as strings; tokens have six decimals, so a crypto
 * deposit can leave less than a centavo over: `dust_base_units` of the available balance.
 */
export function showBooks(bank: Bank): Handler {
  return (c) => {
    const { state } = bank.books;
    const totals = totalsOf(state);
    return c.json({
      totals: {
        opening: centavos(totals.opening),
        spei_in: String(state.speiIn.reduce((total, { amountCentavos }) => total + amountCentavos, 0n)),
        spei_out: String(state.speiOut.reduce((total, { amountCentavos }) => total + amountCentavos, 0n)),
        issued: centavos(totals.issued),
        crypto_deposited: centavos(totals.cryptoDeposited),
        withdrawn: centavos(totals.withdrawn),
        redeemed: centavos(totals.redeemed),
        on_hold: centavos(totals.onHold),
        withheld: centavos(totals.withheld),
        available: centavos(totals.available),
        custody: centavos(totals.available + totals.onHold + totals.withheld),
        dust_base_units: String(totals.available % BASE_UNITS_PER_CENTAVO),
      },
      unsettled: [...state.transactions.values()].filter((each) => isUnsettled(bank, each)).map(({ id }) => id),
      paid_by_clabe: paidByClabe(state).map(({ clabe, payouts, paidCentavos, returnedCentavos }) => ({
        clabe,
        payouts,
        paid: String(paidCentavos),
        returned: String(returnedCentavos),
      })),
      orders: [...state.transactions.values()].map(({ id, order, status, amountBaseUnits, refund, ...rest }) => ({
        id,
        ...order,
        status,
        amount: centavos(amountBaseUnits),
        refund,
        ...(order.type === "CRYPTO_DEPOSIT" ? { blockNumber: String(order.blockNumber) } : {}),
        ...(rest.failure === undefined ? {} : { failure: rest.failure }),
        ...(rest.signed === undefined ? {} : { hash: rest.signed.hash }),
        ...(rest.idempotency === undefined ? {} : { idempotencyKey: rest.idempotency.key }),
      })),
      spei_in: state.speiIn.map(({ amountCentavos, ...spei }) => ({ ...spei, amount: String(amountCentavos) })),
      spei_out: state.speiOut.map(({ amountCentavos, ...spei }) => ({ ...spei, amount: String(amountCentavos) })),
      clabes: [...state.clabes.keys()],
      bank_accounts: [...state.bankAccounts.values()],
    });
  };
}

const centavos = (baseUnits: bigint): string => String(baseUnits / BASE_UNITS_PER_CENTAVO);
