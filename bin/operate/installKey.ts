import { createKey, findKey } from "../../reactor/store/apiKeys.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { drawKey, hashSecret, type KeyText, parseKey } from "../../reactor/store/keyText.ts";
import { adoptPerson } from "../../reactor/store/persons.ts";
import type { Scope } from "../../reactor/store/schema/access.ts";

/** Who gave a key that no key of ours has made: whoever has the database. */
export const INSTALLATION = "instalación";

export type NewKey = Readonly<{
  name: string;
  kind: "person" | "service";
  scopes: readonly Scope[];
  /** Ten years when left out: as long as the database itself. */
  days?: number;
  /** A key that was drawn before, and that the database may know already; drawn when left out. */
  text?: string;
}>;

/**
 * Puts a key straight into the database: the first ones at an installation, and a local start's own.
 * @returns the key; it is kept nowhere.
 * @throws Error for a text that no key can be, or a name of the other kind.
 */
export async function installKey(databaseUrl: string, wanted: NewKey): Promise<KeyText> {
  const { name, kind, scopes, days = 3_650, text } = wanted;
  const key = text === undefined ? drawKey() : parseKey(text);
  if (key === null) throw new Error("This is not a key: kst_<id>_<secret>.");
  const { db, close } = openDatabase(databaseUrl, 1, () => undefined);
  try {
    await db.transaction(async (tx) => {
      if ((await findKey(tx, key.id, 0)) !== null) return;
      const owner = await adoptPerson(tx, name, kind);
      if (owner === null) throw new Error(`${name} ya es de otra clase. / ${name} is of the other kind already.`);
      await createKey(tx, {
        id: key.id,
        secretHash: hashSecret(key.secret),
        owner,
        scopes,
        days,
        createdBy: INSTALLATION,
      });
    });
    return key;
  } finally {
    await close();
  }
}

/** The keys of two persons, for a system of its own that rehearses: together they may do what one may not. */
export async function installTwoPersons(databaseUrl: string): Promise<readonly [string, string]> {
  const scopes = ["read", "operate", "approve"] as const;
  const keyOf = async (name: string) => (await installKey(databaseUrl, { name, kind: "person", scopes })).text;
  return [await keyOf("Ana"), await keyOf("Beto")];
}
