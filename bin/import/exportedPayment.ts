import { z } from "zod";
import { parseClabe } from "../../reactor/payments/clabe.ts";
import { parseAmount } from "../../reactor/payments/money.ts";

/** What a field may be, in words for whoever mends the file. */
const AMOUNT = "pesos con punto y a lo más dos decimales, de 100.00 a 10000000.00 / pesos, at most two decimals";
const CLABE = "una CLABE: 18 dígitos, el último de control / a CLABE of 18 digits with its check digit";
const MOMENT = "fecha y hora con zona: 2025-06-23T21:47:08Z / date and time with a zone";
const NAME = "de 1 a 200 caracteres / 1 to 200 characters";
const ID = "de 1 a 100 letras, dígitos, guiones, puntos o dos puntos / 1 to 100 letters, digits, - . : _";
const HASH = "0x y 64 dígitos hexadecimales / 0x and 64 hexadecimal digits";
const NUMBER = "un entero mayor que cero / a whole number above zero";
const WORDS =
  "pending, processing, funded, active, escrowed, disputed, in_dispute, releasing, completed, refunded, cancelled";

const text = z.union([z.string(), z.number()]).transform(String);
const centavos = text.transform((value, context) => {
  const parsed = parseAmount(value);
  if (parsed.ok) return parsed.amountCentavos;
  context.addIssue({ code: "custom", message: AMOUNT });
  return z.NEVER;
});
const clabe = text.refine((value) => parseClabe(value).ok, CLABE);
const moment = z.iso.datetime({ offset: true, error: MOMENT }).transform((value) => Date.parse(value));
const name = z.string({ error: NAME }).trim().min(1, NAME).max(200, NAME);
const outsideId = text.refine((value) => /^[\w.:-]{1,100}$/.test(value), ID);
const hash = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, HASH)
  .transform((value) => value.toLowerCase());
const number = text
  .refine((value) => /^[1-9]\d{0,8}$/.test(value), NUMBER)
  .transform((value) => Number.parseInt(value, 10));

/** What their system says of a payment. Each word stands for one thing that bank and chain can show. */
const EXPORTED_STATUSES = [
  "pending",
  "processing",
  "funded",
  "active",
  "escrowed",
  "disputed",
  "in_dispute",
  "releasing",
  "completed",
  "refunded",
  "cancelled",
] as const;

/** One payment of the client's tables `payment` and `escrow`, under their columns' names, with the names of their users. */
export const exportedPayment = z.strictObject({
  id: number,
  status: z.enum(EXPORTED_STATUSES, { error: WORDS }),
  amount: centavos,
  currency: z.literal("MXN", { error: "MXN" }).default("MXN"),
  /** Whose the deposit CLABE is. */
  customer_id: text.pipe(name),
  payer_name: name,
  deposit_clabe: clabe,
  /** Where a dispute for the buyer is paid back to. */
  payer_clabe: clabe.optional(),
  recipient_name: name,
  payout_clabe: clabe,
  description: z.string().max(500, "a lo más 500 caracteres / at most 500 characters").optional(),
  created_at: moment,
  custody_end: moment,
  /** Of it this much is held; left out, all of it. */
  custody_amount: centavos.optional(),
  /** The bank's issuance that the payment claimed. */
  transaction_id: outsideId.optional(),
  /** The bank's redemption that paid the seller what was held. */
  juno_payment_id: outsideId.optional(),
  /** The bank's withdrawal to the bridge wallet, where they noted it. */
  withdrawal_id: outsideId.optional(),
  smart_contract_escrow_id: text.refine((value) => /^\d{1,20}$/.test(value), "un entero / a whole number").optional(),
  release_tx_hash: hash.optional(),
  /** The transfer of the MXNB back to Juno, where they noted it. */
  return_tx_hash: hash.optional(),
});

export type ExportedPayment = Readonly<z.output<typeof exportedPayment>>;
