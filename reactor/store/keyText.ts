import { createHash, randomBytes } from "node:crypto";

/** A key as its owner holds it, shown once: `kst_<id>_<secret>`. The id is public, the secret is not. */
export type KeyText = Readonly<{ id: string; secret: string; text: string }>;

const FORM = /^kst_([0-9a-f]{12})_([0-9a-f]{48})$/;

/** Draws a new key: 48 bits to find it by, 192 to prove it. */
export function drawKey(): KeyText {
  const id = randomBytes(6).toString("hex");
  const secret = randomBytes(24).toString("hex");
  return { id, secret, text: `kst_${id}_${secret}` };
}

/** @returns null for a text that no key of ours can be. */
export function parseKey(text: string): KeyText | null {
  const [, id, secret] = FORM.exec(text) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret, text };
}

/** SHA-256 of a key's secret, hexadecimal: all that is kept of it. */
export const hashSecret = (secret: string) => createHash("sha256").update(secret).digest("hex");
