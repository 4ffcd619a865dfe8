import { z } from "@hono/zod-openapi";
import { maskClabe } from "../../payments/clabe.ts";
import { isoInMexico } from "../../payments/mexicoTime.ts";
import { toDecimal } from "../../payments/money.ts";
import { STATEMENT_KINDS, type Statement } from "../../store/readStatement.ts";
import { toCsv } from "./toCsv.ts";

const pesos = z.string().openapi({ example: "15000.00" });

export const statementView = z
  .object({
    customer: z.object({
      id: z.string(),
      deposit_clabe: z.string().openapi({ description: "Whole for a key that operates, else its last four digits" }),
    }),
    from: z.iso.date(),
    to: z.iso.date(),
    opening: pesos,
    lines: z.array(
      z.object({
        at: z.iso.datetime({ offset: true }),
        kind: z.enum(STATEMENT_KINDS),
        in: pesos.nullable(),
        out: pesos.nullable(),
        balance: pesos.openapi({ description: "Held for the customer from then on" }),
        payment_id: z.int().nullable().openapi({ description: "Null for a deposit that waits for an owner" }),
        payment_status: z.string().nullable().openapi({ description: "What it has become by now" }),
        issuance_id: z.string().nullable(),
        redemption_id: z.string().nullable(),
        clave_rastreo: z.string().nullable().openapi({ description: "As the bank gave it; null where it gave none" }),
      }),
    ),
    closing: pesos,
  })
  .openapi("Statement");

export type StatementView = z.infer<typeof statementView>;

type Of = Readonly<{ customer: { id: string; depositClabe: string }; from: string; to: string; seesClabe: boolean }>;

export function toStatementView(
  { openingCentavos, lines, closingCentavos }: Statement,
  { customer, from, to, seesClabe }: Of,
): StatementView {
  const { id, depositClabe } = customer;
  return {
    customer: { id, deposit_clabe: seesClabe ? depositClabe : maskClabe(depositClabe) },
    ...{ from, to, opening: toDecimal(openingCentavos), closing: toDecimal(closingCentavos) },
    lines: lines.map((line) => ({
      at: isoInMexico(line.atMs),
      kind: line.kind,
      in: line.centavos > 0n ? toDecimal(line.centavos) : null,
      out: line.centavos < 0n ? toDecimal(-line.centavos) : null,
      balance: toDecimal(line.balanceCentavos),
      payment_id: line.payment?.id ?? null,
      payment_status: line.payment?.status ?? null,
      issuance_id: line.issuanceId,
      redemption_id: line.redemptionId,
      clave_rastreo: line.claveRastreo,
    })),
  };
}

export function statementCsv({ customer, from, to, opening, lines, closing }: StatementView): string {
  const head = ["at", "kind", "in", "out", "balance", "payment_id", "payment_status"];
  return toCsv([
    ["customer", customer.id, customer.deposit_clabe, from, to],
    [...head, "issuance_id", "redemption_id", "clave_rastreo"],
    [from, "opening", null, null, opening],
    ...lines.map((line) => [
      ...[line.at, line.kind, line.in, line.out, line.balance, line.payment_id, line.payment_status],
      ...[line.issuance_id, line.redemption_id, line.clave_rastreo],
    ]),
    [to, "closing", null, null, closing],
  ]);
}
