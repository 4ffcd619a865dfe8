const ZONE = "America/Mexico_City";
// Made once: making one costs more than all that it formats.
const offset = new Intl.DateTimeFormat("en-US", { timeZone: ZONE, timeZoneName: "longOffset" });

/** The capital's offset at a moment (unix ms), as ISO 8601 writes it: "-06:00". Summers before 2023 had another one. */
function offsetAt(ms: number): string {
  const name = offset.formatToParts(ms).find(({ type }) => type === "timeZoneName")?.value ?? "";
  return name.replace("GMT", "") || "+00:00";
}

/** A moment (unix ms) as the capital's clock tells it, to the second, ISO 8601: "2026-11-22T13:05:09-06:00". */
export function isoInMexico(ms: number): string {
  const zone = offsetAt(ms);
  const [hours = 0, minutes = 0] = zone.slice(1).split(":").map(Number);
  const shiftMs = (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  return `${new Date(ms + shiftMs).toISOString().slice(0, 19)}${zone}`;
}

/** The calendar day of a moment (unix ms) in the capital: "2026-11-22". */
export const dayInMexico = (ms: number): string => isoInMexico(ms).slice(0, 10);

/** The first moment of a calendar day of the capital, unix ms. @param day "2026-11-22". */
export function startOfDayInMexico(day: string): number {
  // The clock was never changed at midnight, so that an hour's error in the guess finds the right offset.
  return Date.parse(`${day}T00:00:00${offsetAt(Date.parse(`${day}T00:00:00-06:00`))}`);
}

/** The calendar day after another one. @param day "2026-11-22". */
export const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
