import { toDecimal, toPesos } from "../payments/money.ts";
import type { Language } from "./words/language.ts";

/** @param decimal pesos with two decimals, as the API writes them: "15000.00". */
export const centavosOf = (decimal: string): bigint => BigInt(decimal.replace(".", ""));

/** Several amounts together, as the API writes one. */
export const sumPesos = (decimals: readonly string[]): string =>
  toDecimal(decimals.reduce((sum, decimal) => sum + centavosOf(decimal), 0n));

/** A decimal string of the API ("15000.00") as people read it: "$15,000.00 MXN". */
export const pesos = (decimal: string): string => `${toPesos(centavosOf(decimal))} MXN`;

const inMexico = (locale: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { ...options, hourCycle: "h23", timeZone: "America/Mexico_City" });
// Made once: making one costs more than all that it formats on a page.
const WHOLE: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "medium" };
const whole = { es: inMexico("es-MX", WHOLE), en: inMexico("en-GB", WHOLE) } as const;

/** A moment in the capital's time, to the second. @param at ISO 8601. */
export const moment = (language: Language, at: string): string => whole[language].format(new Date(at));

const DAY: Intl.DateTimeFormatOptions = { dateStyle: "medium" };
const days = { es: inMexico("es-MX", DAY), en: inMexico("en-GB", DAY) } as const;

/** The day of a moment, by the capital's calendar. @param at ISO 8601. */
export const day = (language: Language, at: string): string => days[language].format(new Date(at));

/** A day of the capital's calendar as people read it. @param date "2026-11-22". */
export const calendarDay = (language: Language, date: string): string => day(language, `${date}T18:00:00Z`);

const SPANS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
] as const;

/** A span in its largest unit, and the next one where it says something: "2 d 3 h", "45 s"; 0 is "0 s". */
export function span(ms: number): string {
  const index = SPANS.findIndex(([size]) => ms >= size);
  const [size, unit] = SPANS[index] ?? [1_000, "s"];
  const [smaller, smallerUnit] = SPANS[index + 1] ?? [size, unit];
  const rest = index < 0 ? 0 : Math.floor((ms % size) / smaller);
  const first = `${Math.floor(Math.max(0, ms) / size)} ${unit}`;
  return rest > 0 && smaller !== size ? `${first} ${rest} ${smallerUnit}` : first;
}
