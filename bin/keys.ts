import { parseArgs } from "node:util";
import { countApprovers, listKeys, revokeKey } from "../reactor/store/apiKeys.ts";
import { type Database, openDatabase } from "../reactor/store/database.ts";
import { migrate } from "../reactor/store/migrate.ts";
import { SCOPES, type Scope } from "../reactor/store/schema/access.ts";
import { databaseUrl } from "./operate/databaseUrl.ts";
import { INSTALLATION, installKey } from "./operate/installKey.ts";

/**
 * `npm run keys -- create --person Ana --scopes read,operate,approve`: gives, lists and ends keys in the database itself,
 * at an installation, when no key opens the API yet. Who can run this has the database, and with it everything; but once
 * two persons can approve, the next one who can is theirs to make, by the API.
 */
const USAGE = `Uso / Usage:
  npm run keys -- create --person NOMBRE  --scopes ${SCOPES.join(",")} [--days 90]
  npm run keys -- create --service NOMBRE --scopes read,operate [--days 90]
  npm run keys -- list
  npm run keys -- revoke ID`;

const MOST_SHOWN = 1_000;
const USUAL_LIFE_DAYS = "90";

async function administer(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      person: { type: "string" },
      service: { type: "string" },
      scopes: { type: "string" },
      days: { type: "string", default: USUAL_LIFE_DAYS },
    },
    allowPositionals: true,
  });
  const [verb, id] = positionals;
  const url = databaseUrl();
  await migrate(url);
  const { db, close } = openDatabase(url, 1, () => undefined);
  try {
    const name = values.person ?? values.service;
    if (verb === "create" && name !== undefined && values.scopes !== undefined) {
      const scopes = scopesOf(values.scopes);
      const kind = values.person === undefined ? "service" : "person";
      await refuseThirdApprover(db, scopes);
      const key = await installKey(url, { name, kind, scopes, days: daysOf(values.days) });
      console.log(`${key.text}\nSe muestra solo esta vez. / Shown this once.`);
    } else if (verb === "list") await tellKeys(db);
    else if (verb === "revoke" && id !== undefined) await revoke(db, id);
    else throw new Error(USAGE);
  } finally {
    await close();
  }
}

async function refuseThirdApprover(db: Database, scopes: readonly Scope[]): Promise<void> {
  if (!scopes.includes("approve") || (await countApprovers(db)) < 2) return;
  throw new Error(
    "Ya hay dos personas que aprueban: otra clave que apruebe la crean ellas, con POST /api/keys. / Two persons approve already: another key that approves is theirs to make, by POST /api/keys.",
  );
}

async function tellKeys(db: Database): Promise<void> {
  for (const { id, owner, scopes, expiresAtMs, revokedAtMs, lastUsedAtMs } of await listKeys(db, {
    limit: MOST_SHOWN,
    before: null,
  })) {
    const time = (ms: number | null) => (ms === null ? "—" : new Date(ms).toISOString());
    const end =
      revokedAtMs === null ? `vence / expires ${time(expiresAtMs)}` : `revocada / revoked ${time(revokedAtMs)}`;
    console.log(`${id}  ${owner.name}  ${scopes.join(",")}  ${end}  último uso / last use ${time(lastUsedAtMs)}`);
  }
}

async function revoke(db: Database, id: string): Promise<void> {
  const events = await db.transaction((tx) => revokeKey(tx, id, INSTALLATION));
  if (events.length === 0) throw new Error(`No hay una clave vigente ${id}. / There is no key ${id} in use.`);
  for (const { es, en } of events) console.log(`${es} / ${en}`);
}

function scopesOf(list: string): readonly Scope[] {
  const wanted = list.split(",").map((scope) => scope.trim());
  const unknown = wanted.find((scope) => !SCOPES.some((known) => known === scope));
  if (unknown !== undefined) throw new Error(`${unknown} no es un permiso / is no scope.\n${USAGE}`);
  return SCOPES.filter((scope) => wanted.includes(scope));
}

function daysOf(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1) return days;
  throw new Error(`--days: un número entero de días, desde 1. / a whole number of days, from 1.`);
}

try {
  await administer();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
