/** Every option of every command; which means what is in `USAGE`. */
export const OPTIONS = {
  help: { type: "boolean", short: "h", default: false },
  json: { type: "boolean", default: false },
  api: { type: "string" },
  database: { type: "boolean", default: false },
  status: { type: "string" },
  state: { type: "string" },
  q: { type: "string" },
  clabe: { type: "string" },
  amount: { type: "string" },
  limit: { type: "string" },
  reason: { type: "string" },
  "bank-transaction": { type: "string" },
  "token-transfer": { type: "string" },
  refund: { type: "string" },
  "up-to": { type: "string" },
  person: { type: "string" },
  service: { type: "string" },
  scopes: { type: "string" },
  days: { type: "string" },
  save: { type: "string" },
  rpc: { type: "string" },
  mxnb: { type: "string" },
  escrow: { type: "string" },
  at: { type: "string" },
  to: { type: "string" },
  years: { type: "string" },
  file: { type: "string" },
} as const;

export type Options = Readonly<{
  [Name in keyof typeof OPTIONS]?: (typeof OPTIONS)[Name]["type"] extends "boolean" ? boolean : string;
}>;

export const USAGE = `Uso, con la llave de cada quien en API_KEY / Usage, with each person's key in API_KEY:
  npm run cli -- status
  npm run cli -- payments [ID] [--status S] [--state custody.active] [--q TEXT] [--clabe C] [--amount 1500.00] [--limit N]
  npm run cli -- why ID
  npm run cli -- receipts ID [--save FILE.json]
  npm run cli -- verify-receipt FILE.json --rpc URL [--mxnb 0x…] [--escrow 0x…]
  npm run cli -- trigger deposits|withdrawals|custodies|payouts|sync
  npm run cli -- reconcile
  npm run cli -- balances [--at 2026-11-22T18:00:00Z]
  npm run cli -- verify         (en la base de datos, sin la API / in the database, without the API)
  npm run cli -- history [archive --to FOLDER [--years 10] | drop MONTH --file F | restore FILE] [--reason R]   (también / too)
  npm run cli -- review ID [LEG OUTCOME --reason R [--bank-transaction B] [--token-transfer T] [--refund F]]
  npm run cli -- controls [NAME VALUE --reason R]   (topes y direcciones fijas / ceilings and pinned addresses)
  npm run cli -- lanes [open|drain|retire NAME --reason R]   (carriles: firmantes y contratos / signers and contracts)
  npm run cli -- plans
  npm run cli -- confirm HASH
  npm run cli -- kill-switch status | pull --reason R | lift --reason R [--up-to ID]
  npm run cli -- keys list | create --person|--service N --scopes read,operate --reason R [--days 90] | revoke ID --reason R
  --json            la respuesta de la API, tal cual / the API's own answer
  --api URL         otro sistema que el de esta carpeta / another system than this folder's
  --database        sin la API, en la base de datos: / without the API, in the database: keys …, kill-switch pull|status
Termina con / ends with: 0 hecho o por confirmar / done or planned, 1 rechazado o distinto / refused or different, 2 uso / usage, 3 sin respuesta / no answer`;

/** The command was not understood: the usage is the answer. */
export class WrongUsage extends Error {
  override readonly name = "WrongUsage";
  constructor(cause?: unknown) {
    super("Uso / Usage", { cause });
  }
}

/** @throws {WrongUsage} when something that a command needs was not given. */
export function given(word: string | undefined): string {
  if (word === undefined || word === "") throw new WrongUsage();
  return word;
}

/** @throws {WrongUsage} for what is no whole number. */
export function numberOf(word: string | undefined): number {
  const number = Number(given(word));
  if (!Number.isInteger(number)) throw new WrongUsage();
  return number;
}
