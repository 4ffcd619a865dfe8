import { maskClabesIn } from "./payments/clabe.ts";

/** Secrets by their shape: a webhook's, a caller's key (its public half stays), a password in an address. */
const SHAPES = [
  /whsec_[A-Za-z0-9+/=]+/g,
  /(?<=kst_[0-9a-f]{12}_)[0-9a-f]+/gi,
  /(?<=Bearer\s+)[^\s"']+/gi,
  /(?<=:\/\/[^\s:/@]*:)[^\s/@]+(?=@)/g,
];
const HIDDEN = "[oculto]";

/** Shorter than this a secret would hide ordinary words; none of ours is (reactor/config.ts). */
const SHORTEST_SECRET = 8;

/**
 * Makes what hides secrets and CLABEs in a text before anybody reads it. All that is logged passes through it: an error's
 * message may quote whatever a library had in hand.
 * @param secrets the values themselves, as they are configured.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const written = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(spellings);
  return (text) => {
    let hidden = text;
    for (const secret of written) hidden = hidden.replaceAll(secret, HIDDEN);
    for (const shape of SHAPES) hidden = hidden.replace(shape, HIDDEN);
    return maskClabesIn(hidden);
  };
}

/** A secret as it stands, within a URL, and, a key of the chain, without its prefix. */
const spellings = (secret: string): readonly string[] => [
  ...new Set([secret, encodeURIComponent(secret), secret.replace(/^0x/, "")]),
];

/** A value with every text in it redacted. What the world said in an error is shown by the API too. */
export function redactIn<Value>(value: Value, redact: (text: string) => string): Value {
  if (typeof value === "string") return redact(value) as Value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one: unknown) => redactIn(one, redact)) as Value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, redactIn(one, redact)])) as Value;
}
