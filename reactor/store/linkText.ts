import { createHash, randomBytes } from "node:crypto";

/** A customer's page that nobody can guess, by 256 random bits; only the hash of these is kept. */
export function drawLink(): Readonly<{ path: string; tokenHash: string }> {
  const token = randomBytes(32).toString("base64url");
  return { path: `/seguimiento/${token}`, tokenHash: hashLink(token) };
}

/** All that is kept of a link's token. */
export const hashLink = (token: string) => createHash("sha256").update(token).digest("hex");
