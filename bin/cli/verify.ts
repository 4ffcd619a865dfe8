import { sql } from "drizzle-orm";
import { type Break, verifyHistory } from "../../reactor/books/verifyHistory.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { databaseUrl } from "../operate/databaseUrl.ts";
import type { Answered } from "./commands.ts";

const WHAT: Readonly<Record<Break["what"], Readonly<{ es: string; en: string }>>> = {
  seal_missing: { es: "falta un sello de la cadena", en: "a seal of the chain is missing" },
  seal_changed: { es: "el sello no sigue al anterior", en: "the seal does not follow the one before" },
  row_missing: { es: "falta el registro sellado", en: "the sealed row is missing" },
  row_changed: { es: "el registro no es el que se selló", en: "the row is not the one that was sealed" },
  movement_changed: { es: "los asientos no dicen el movimiento", en: "the entries do not tell the movement" },
  archive_changed: {
    es: "lo archivado no es lo que dice su evento sellado",
    en: "what was archived is not what its sealed event says",
  },
  closing_changed: { es: "el cierre no es la suma de los asientos", en: "the closing is not the sum of the entries" },
};

/**
 * Walks the history in the database itself, as it stands at one moment: whoever checks the books does not ask who keeps
 * them. It writes nothing.
 */
export async function verify(): Promise<Answered> {
  const { db, close } = openDatabase(databaseUrl(), 1, () => undefined);
  try {
    const verdict = await db.transaction(
      async (tx) => {
        // A long history takes longer than any query of a reactor may.
        await tx.execute(sql`set local statement_timeout = 0`);
        return verifyHistory(tx);
      },
      { isolationLevel: "repeatable read", accessMode: "read only" },
    );
    const { chains, sealed, archived, unsealed, firstBreak } = verdict;
    const counted = `${sealed} sellos en ${chains} cadenas, ${archived} de registros archivados, ${unsealed} registros por sellar / ${sealed} seals in ${chains} chains, ${archived} of archived rows, ${unsealed} rows not sealed yet`;
    const text = firstBreak === null ? `✓ ${counted}` : `✗ ${tellBreak(firstBreak)}\n  ${counted}`;
    return { body: verdict, text, differs: firstBreak !== null };
  } finally {
    await close();
  }
}

function tellBreak({ what, paymentId, position, row, expected, found }: Break): string {
  const ofPayment =
    paymentId === null ? "" : paymentId === 0 ? "instalación / installation, " : `pago / payment ${paymentId}, `;
  const at = position === null ? "" : `posición / position ${position}, `;
  const { es, en } = WHAT[what];
  return `${ofPayment}${at}${row}: ${es} / ${en}\n  esperado / expected ${expected}\n  hallado / found ${found || "—"}`;
}
