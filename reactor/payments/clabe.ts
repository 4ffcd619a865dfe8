import { clabe } from "clabe-validator";

export type ParsedClabe =
  | Readonly<{ ok: true; clabe: string }>
  | Readonly<{ ok: false; problem: "not_18_digits" | "wrong_check_digit" }>;

/** NVIO, through which Juno pays: a SPEI goes between two institutions, so it cannot pay a CLABE of its own (juno-api.md 4). */
const JUNO_PREFIX = "710";

/** Reads an 18-digit CLABE and holds it to its check digit. */
export function parseClabe(text: string): ParsedClabe {
  if (!/^\d{18}$/.test(text)) return { ok: false, problem: "not_18_digits" };
  const checked = clabe.validate(text);
  return checked.error === "invalid-checksum" ? { ok: false, problem: "wrong_check_digit" } : { ok: true, clabe: text };
}

/** True for a CLABE that Juno cannot pay to. */
export function isJunoClabe(clabeText: string): boolean {
  return clabeText.startsWith(JUNO_PREFIX);
}

/** The only part of a CLABE that an event, a log or a reader may see. */
export function maskClabe(clabeText: string): string {
  return `••••${clabeText.slice(-4)}`;
}

/** A bank as a CLABE begins: its three digits, and its name where the list of CLABE banks has it. */
export type Bank = Readonly<{ code: string; name: string | null }>;

/** The bank that keeps an account. @param clabeText a CLABE, or its first three digits. */
export function bankOf(clabeText: string): Bank {
  const code = clabeText.slice(0, 3);
  return { code, name: clabe.banksMap[Number(code)]?.name ?? null };
}

/** 18 digits that stand alone. A hash or a longer number has more around them. */
const ALONE = /(?<![0-9A-Za-z])\d{18}(?![0-9A-Za-z])/g;

/** A text with every CLABE in it masked. */
export const maskClabesIn = (text: string): string => text.replace(ALONE, maskClabe);
