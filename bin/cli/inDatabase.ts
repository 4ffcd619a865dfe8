import { toKeyView } from "../../reactor/http/wire/keyView.ts";
import { readKillSwitchView } from "../../reactor/http/wire/killSwitchView.ts";
import { countApprovers, listKeys, revokeKey } from "../../reactor/store/apiKeys.ts";
import { type Database, openDatabase } from "../../reactor/store/database.ts";
import { pullKillSwitch } from "../../reactor/store/killSwitch.ts";
import { migrate } from "../../reactor/store/migrate.ts";
import { SCOPES, type Scope } from "../../reactor/store/schema/access.ts";
import { databaseUrl } from "../operate/databaseUrl.ts";
import { INSTALLATION, installKey } from "../operate/installKey.ts";
import { Refused } from "./askApi.ts";
import type { Answered } from "./commands.ts";
import { tellKeys, tellKillSwitch } from "./tell.ts";
import { given, numberOf, type Options, WrongUsage } from "./usage.ts";

const USUAL_LIFE_DAYS = "90";
const MOST_SHOWN = 1_000;

/**
 * What must be possible where no API answers: keys at an installation, when none opens it yet, and stopping the money.
 * Who can run this has the database, and with it everything; but once two persons can approve, the next one who can is
 * theirs to make, by the API, and to lift the switch is always theirs.
 */
export async function inDatabase(name: string, [verb, id]: readonly string[], options: Options): Promise<Answered> {
  const does = DOES[`${name} ${verb}`];
  if (does === undefined) throw new WrongUsage();
  const url = databaseUrl();
  await migrate(url);
  const { db, close } = openDatabase(url, 1, () => undefined);
  try {
    return await does({ url, db, id, options });
  } finally {
    await close();
  }
}

type Asked = Readonly<{ url: string; db: Database; id: string | undefined; options: Options }>;

const DOES: Readonly<Record<string, (asked: Asked) => Promise<Answered>>> = {
  "keys create": async ({ url, db, options }) => {
    const name = given(options.person ?? options.service);
    const kind = options.person === undefined ? "service" : "person";
    const scopes = scopesOf(given(options.scopes));
    const days = numberOf(options.days ?? USUAL_LIFE_DAYS);
    if (days < 1) throw new WrongUsage();
    if (kind === "service" && scopes.includes("approve")) {
      throw new Refused({ detail: "Un servicio no aprueba.", detail_en: "A service never approves." });
    }
    await refuseThirdApprover(db, scopes);
    const { id, text } = await installKey(url, { name, kind, scopes, days });
    return { body: { id, key: text }, text: `${text}\nSe muestra solo esta vez. / Shown this once.` };
  },
  "keys list": async ({ db }) => {
    const body = { keys: (await listKeys(db, { limit: MOST_SHOWN, before: null })).map(toKeyView) };
    return { body, text: tellKeys(body) };
  },
  "keys revoke": async ({ db, id, options }) => {
    const by = { actor: INSTALLATION, reason: given(options.reason) };
    const events = await db.transaction((tx) => revokeKey(tx, given(id), by));
    if (events.length === 0) {
      throw new Refused({ detail: `No hay una llave vigente ${id}.`, detail_en: `There is no key ${id} in use.` });
    }
    return { body: { id, revoked: true }, text: events.map(({ es, en }) => `${es} / ${en}`).join("\n") };
  },
  "kill-switch pull": async ({ db, options }) => {
    const reason = given(options.reason);
    await db.transaction((tx) => pullKillSwitch(tx, reason, INSTALLATION));
    return killSwitchOf(db);
  },
  "kill-switch status": ({ db }) => killSwitchOf(db),
};

async function killSwitchOf(db: Database): Promise<Answered> {
  const body = await readKillSwitchView(db, null);
  return { body, text: tellKillSwitch(body) };
}

async function refuseThirdApprover(db: Database, scopes: readonly Scope[]): Promise<void> {
  if (!scopes.includes("approve") || (await countApprovers(db)) < 2) return;
  throw new Refused({
    detail: "Ya hay dos personas que aprueban: otra clave que apruebe la crean ellas, sin --database.",
    detail_en: "Two persons approve already: another key that approves is theirs to make, without --database.",
  });
}

function scopesOf(list: string): readonly Scope[] {
  const wanted = list.split(",").map((scope) => scope.trim());
  const unknown = wanted.find((scope) => !SCOPES.some((known) => known === scope));
  if (unknown !== undefined) {
    const known = SCOPES.join(", ");
    throw new Refused({
      detail: `${unknown} no es un permiso: ${known}.`,
      detail_en: `${unknown} is no scope: ${known}.`,
    });
  }
  return SCOPES.filter((scope) => wanted.includes(scope));
}
