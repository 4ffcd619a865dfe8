import { parseArgs } from "node:util";
import { toDecimal } from "../reactor/payments/money.ts";
import type { Refused } from "../reactor/store/createPayment.ts";
import type { Database } from "../reactor/store/database.ts";
import { databaseNowMs } from "../reactor/store/databaseNowMs.ts";
import { migrate } from "../reactor/store/migrate.ts";
import { saveTransactions } from "../reactor/store/saveBankReading.ts";
import { type Judged, proveStates } from "./import/proveStates.ts";
import { type Evidence, readEvidence } from "./import/readEvidence.ts";
import { type ReadRow, readExport } from "./import/readExport.ts";
import { isImported, storeImported } from "./import/storeImported.ts";
import { type OpenSystem, openSystem } from "./reconcile/openSystem.ts";

/**
 * `npm run import -- FILE [--dry-run]`: brings in the payments of another program's export, each in the state that bank and chain
 * prove. A row that they do not bear out stays outside and is listed with why. Running it again brings in what is missing.
 * Exit code 0: every row is in. 1: some stayed outside. 2: the file, the bank or the chain could not be read.
 */
const OPTIONS = { "dry-run": { type: "boolean", default: false } } as const;

type Line = Readonly<{
  place: string;
  said: string;
  result: string;
  refused: boolean;
  /** It is borne out, and our database refused it. */
  isUnkept: boolean;
}>;

async function run(path: string, dryRun: boolean): Promise<0 | 1> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const read = readExport(path);
  const system = await openSystem(process.env, say);
  try {
    say(`Sistema / system: ${system.is}`);
    if (system.readOnly && !dryRun) {
      throw new Error(
        "El sistema está detenido: inícielo, o use --dry-run. / The system is down: start it, or use --dry-run.",
      );
    }
    const payments = read.flatMap((row) => ("payment" in row ? [row.payment] : []));
    const evidence = await readEvidence(system.reconciler(), payments);
    const judged = new Map(proveStates(payments, evidence).map((one) => [one.payment.id, one]));
    const keep = dryRun ? null : await openKeeper(system, evidence);
    const lines: Line[] = [];
    const { db } = system.database;
    // Who waits for a deposit comes last: until its own payment is in, an issuance is anybody's.
    const waits = (row: ReadRow) => "payment" in row && row.payment.transaction_id === undefined;
    for (const row of [...read.filter((one) => !waits(one)), ...read.filter(waits)]) {
      const isBlocked = waits(row) && lines.some(({ isUnkept }) => isUnkept);
      lines.push(await bringIn(row, { db, judged, keep, isBlocked }));
    }
    for (const { place, said, result } of lines) say([place, said, result].join("  "));
    const outside = lines.filter(({ refused }) => refused).length;
    say(
      `${lines.length - outside} de ${lines.length} pagos ${dryRun ? "entrarían" : "están dentro"}; ${outside} se quedan fuera. / ${lines.length - outside} of ${lines.length} payments ${dryRun ? "would come in" : "are in"}; ${outside} stay outside.`,
    );
    return outside > 0 ? 1 : 0;
  } finally {
    await system.close();
  }
}

type Keep = (judged: Exclude<Judged, { refused: string }>) => ReturnType<typeof storeImported>;

/** What was read of the bank is kept first: legs find their evidence there. */
async function openKeeper({ database: { db }, config }: OpenSystem, evidence: Evidence): Promise<Keep> {
  const installationId = await migrate(config.databaseUrl);
  const nowMs = await databaseNowMs(db);
  const { lane, account } = config;
  const rows = evidence.transactions.map((one) => ({ ...one, address: one.address ?? null }));
  await db.transaction((tx) => saveTransactions(tx, account, rows));
  return (judged) => storeImported(db, judged, { lane, account, installationId, evidence, nowMs });
}

type Bringing = Readonly<{
  db: Database;
  judged: ReadonlyMap<number, Judged>;
  /** Null: it is only told what would come in. */
  keep: Keep | null;
  /** A row before could not be kept, and this one might be given that one's deposit. */
  isBlocked: boolean;
}>;

async function bringIn(row: ReadRow, { db, judged, keep, isBlocked }: Bringing): Promise<Line> {
  if ("wrong" in row) return lineOf(row.line, row.id, "—", `✗ ${row.wrong}`);
  const { id, status, amount } = row.payment;
  const line = (result: string, isUnkept = false) =>
    lineOf(row.line, String(id), `${status} ${toDecimal(amount)}`, result, isUnkept);
  // What is in has gone on since: the file's words of it are history.
  if (await isImported(db, row.payment)) return line("✓ ya estaba / already in");
  const one = judged.get(id);
  if (one === undefined) throw new Error(`Of payment ${id} nothing was judged.`);
  if ("refused" in one) return line(`✗ ${one.refused}`);
  if (isBlocked) return line("✗ espera a que entren las filas que no se pudieron guardar");
  const why = keep === null ? null : await keep(one);
  if (why !== null) return line(`✗ ${WHY_NOT[why]}`, true);
  const { stage, issuance, withdrawal, escrow, parts } = one;
  const found = [issuance, withdrawal, ...parts.map(({ redemption }) => redemption)].flatMap(
    (order) => order?.id ?? [],
  );
  return line(`✓ ${[stage, ...found, ...(escrow === null ? [] : [`escrow ${escrow.id}`])].join(", ")}`);
}

const lineOf = (place: number, id: string, said: string, result: string, isUnkept = false): Line => ({
  ...{ place: `fila ${place}, pago ${id}:`, said, result, refused: result.startsWith("✗"), isUnkept },
});

const WHY_NOT: Readonly<Record<Refused["why"], string>> = {
  same_amount_pending: "otro pago espera ya ese depósito",
  clabe_of_another_customer: "deposit_clabe: es de otro cliente",
  customer_has_another_clabe: "customer_id: ese cliente tiene otra CLABE",
  id_taken: "id: otro pago tiene ese número",
  over_bank_operation: "pasa el límite del banco por operación",
  over_bank_day: "pasa el límite del banco por día",
  no_open_lane: "ningún carril está abierto",
  external_id_reused: "ya entró con otros datos: lo que entró queda como está",
};

try {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) {
    throw new Error("Falta el archivo: npm run import -- pagos.json [--dry-run] / The file is missing.");
  }
  process.exitCode = await run(path, values["dry-run"]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
