import { readFileSync } from "node:fs";
import { z } from "zod";
import { type ExportedPayment, exportedPayment } from "./exportedPayment.ts";
import { parseCsv } from "./parseCsv.ts";

export type ReadRow = Readonly<
  /** `line` is the file's own, or the place in the list, from 1. */
  { line: number } & ({ payment: ExportedPayment } | { id: string; wrong: string })
>;

const rows = z.array(z.record(z.string(), z.unknown()));
/** Their tables as they are, or rows already joined. `events` stay in their database: they are free text and may name people. */
const exported = z.union([
  rows,
  z.strictObject({ payments: rows, escrows: rows.default([]), events: rows.default([]) }),
]);

/** Of the table `escrow`, what a payment's row does not have itself. */
const OF_ESCROW = ["smart_contract_escrow_id", "custody_end", "custody_amount", "release_tx_hash"];

/**
 * Reads an export of the client's tables. A row that cannot be understood is told with its line, its field and what would do;
 * the others are read.
 * @throws Error with a sentence when the file is no JSON or CSV of this shape.
 */
export function readExport(path: string): readonly ReadRow[] {
  const text = readFileSync(path, "utf8");
  const found = path.toLowerCase().endsWith(".csv")
    ? parseCsv(text)
    : joined(parseJson(text)).map((fields, index) => ({ line: index + 1, fields }));
  const seen = new Map<number, number>();
  return found.map(({ line, fields }): ReadRow => {
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ""));
    const parsed = exportedPayment.safeParse(given);
    const id = String(given.id ?? "—");
    if (!parsed.success) return { line, id, wrong: inWords(parsed.error, given) };
    const twice = seen.get(parsed.data.id);
    if (twice !== undefined) return { line, id, wrong: `id: está también en ${twice} / is in ${twice} too` };
    seen.set(parsed.data.id, line);
    return { line, payment: parsed.data };
  });
}

function parseJson(text: string): z.output<typeof exported> {
  const told =
    "El archivo no tiene la forma {payments, escrows} ni es una lista de filas / The file is no {payments, escrows}";
  try {
    const parsed = exported.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw new Error(`${told}: ${parsed.error.issues[0]?.path.join(".") ?? ""}`);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`${told}: ${error.message}`, { cause: error });
    throw error;
  }
}

function joined(data: z.output<typeof exported>): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(data)) return data;
  return data.payments.map((payment) => {
    const escrow = data.escrows.find((one) => String(one.payment_id) === String(payment.id)) ?? {};
    const more = OF_ESCROW.flatMap((name) => (escrow[name] == null ? [] : [[name, escrow[name]] as const]));
    return { ...payment, ...Object.fromEntries(more) };
  });
}

/** The first thing that is wrong of a row: its field, what it says, and what it may say. */
function inWords(error: z.ZodError, given: Readonly<Record<string, unknown>>): string {
  const [issue] = error.issues;
  if (issue?.code === "unrecognized_keys") {
    const allowed = Object.keys(exportedPayment.shape).join(", ");
    return `${issue.keys.join(", ")}: no se conoce; los campos son ${allowed} / is not known`;
  }
  const field = String(issue?.path[0] ?? "");
  if (!(field in given)) return `${field}: falta / is missing`;
  return `${field}: «${String(given[field])}» no; ${issue?.message ?? ""}`;
}
