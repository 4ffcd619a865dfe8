import { toPesos } from "../payments/money.ts";
import type { Language } from "./words/language.ts";

/** A decimal string of the API ("15000.00") as people read it: "$15,000.00 MXN". */
export const pesos = (decimal: string): string => `${toPesos(BigInt(decimal.replace(".", "")))} MXN`;

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
