import { timingSafeEqual } from "node:crypto";
import { type FoundKey, findKey, noteUse } from "../store/apiKeys.ts";
import { hashSecret, parseKey } from "../store/keyText.ts";
import type { Caller } from "./caller.ts";
import { Problem } from "./Problem.ts";
import type { AppPorts } from "./ports.ts";

/** Compared with when no key has the id, so that an unknown id takes as long as a wrong secret. */
const NOBODYS_HASH = hashSecret("");

/**
 * Whose key a request has. The key is found by its public half, and the hash of its secret half compared in constant
 * time. A key that is too young to approve is a key without that scope.
 * @param authorization the header as it came.
 * @throws {Problem} for a key that is missing, wrong, expired or revoked.
 */
export async function authenticate(
  { db, approveAfterMs }: Pick<AppPorts, "db" | "approveAfterMs">,
  authorization: string | undefined,
): Promise<Caller> {
  const key = parseKey(/^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1] ?? "");
  if (key === null) throw new Problem("unauthenticated");
  const found = await findKey(db, key.id, approveAfterMs);
  const wanted = Buffer.from(found?.secretHash ?? NOBODYS_HASH, "hex");
  const proven = timingSafeEqual(Buffer.from(hashSecret(key.secret), "hex"), wanted);
  if (found === null || !proven) throw new Problem("unauthenticated");
  return admitted(db, key.id, found);
}

/**
 * Whose key it is that was proven before, when its session was opened.
 * @throws {Problem} for a key that has expired or was revoked since.
 */
export async function callerOfKey(
  { db, approveAfterMs }: Pick<AppPorts, "db" | "approveAfterMs">,
  keyId: string,
): Promise<Caller> {
  const found = await findKey(db, keyId, approveAfterMs);
  if (found === null) throw new Problem("unauthenticated");
  return admitted(db, keyId, found);
}

async function admitted(db: AppPorts["db"], keyId: string, found: FoundKey): Promise<Caller> {
  if (!found.valid) throw new Problem("key_ended");
  if (found.usedUnnoted) await noteUse(db, keyId);
  const scopes = found.scopes.filter((scope) => scope !== "approve" || found.seasoned);
  return { keyId, owner: found.owner, scopes: new Set(scopes) };
}
