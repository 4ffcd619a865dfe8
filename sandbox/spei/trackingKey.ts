import type { Bank } from "../bank.ts";

/** As many random decimal digits as asked for. */
export function randomDigits(bank: Pick<Bank, "random">, count: number): string {
  return Array.from(bank.random(count), (byte) => byte % 10).join("");
}

/** A clave de rastreo as Nvio writes it: date, its SPEI participant code 90710, 17 digits. */
export function nvioTrackingKey(bank: Bank): string {
  const date = new Date(bank.now()).toISOString().slice(0, 10).replaceAll("-", "");
  return `${date}90710${randomDigits(bank, 17)}`;
}

/** A clave de rastreo as stage gives to a mock deposit. */
export function mockTrackingKey(bank: Bank): string {
  return `TESTSPEI${randomDigits(bank, 18)}`;
}
