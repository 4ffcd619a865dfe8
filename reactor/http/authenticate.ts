import { timingSafeEqual } from "node:crypto";
import { findKey, noteUse } from "../store/apiKeys.ts";
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
  if (!found.valid) throw new Problem("key_ended");
  if (found.usedUnnoted) await noteUse(db, key.id);
  const scopes = found.scopes.filter((scope) => scope !== "approve" || found.seasoned);
  return { keyId: key.id, owner: found.owner, scopes: new Set(scopes) };
}
