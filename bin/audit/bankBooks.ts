import { z } from "zod";

const centavos = z.string().transform(BigInt);

const order = z.object({
  id: z.string(),
  type: z.enum(["ISSUANCE", "REDEMPTION", "CRYPTO_WITHDRAWAL", "CRYPTO_DEPOSIT"]),
  status: z.string(),
  amount: centavos,
  /** Of a redemption: who was paid. */
  clabe: z.string().optional(),
  beneficiary: z.string().optional(),
});

const books = z.object({
  totals: z.object({ spei_in: centavos, spei_out: centavos, custody: centavos, dust_base_units: z.string() }),
  unsettled: z.array(z.string()),
  orders: z.array(order),
  spei_in: z.array(z.object({ receiverClabe: z.string(), trackingKey: z.string(), amount: centavos })),
  spei_out: z.array(
    z.object({
      kind: z.enum(["payout", "issuance_refund"]),
      trackingKey: z.string(),
      transactionId: z.string(),
      clabe: z.string(),
      beneficiary: z.string(),
      amount: centavos,
    }),
  ),
  paid_by_clabe: z.array(z.object({ clabe: z.string(), payouts: z.number(), paid: centavos })),
});

export type BankBooks = z.output<typeof books>;

/** What the sandbox bank believes, amounts in centavos. It shares no code with the reactor: a second opinion. */
export async function readBankBooks(sandbox: { url: string }): Promise<BankBooks> {
  const response = await fetch(`${sandbox.url}/sandbox/books`);
  return books.parse(await response.json());
}

/** The orders of a type that the bank carried out. */
export function completed({ orders }: BankBooks, type: z.output<typeof order>["type"]) {
  return orders.filter((one) => one.type === type && one.status === "COMPLETE");
}
