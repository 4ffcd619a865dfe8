import { clabe as clabeRules } from "clabe-validator";

/** Nvio Pagos México: the bank behind Juno. A SPEI never goes from Nvio to Nvio. */
export const NVIO_PREFIX = "710";

/** Every CLABE that Juno gives out begins like this. */
const JUNO_PREFIX = "710969";

/** True for 18 digits with the right control digit. (The city is not checked: Juno's own 969 is in no list of cities.) */
export function isClabe(text: string): boolean {
  return /^\d{18}$/.test(text) && clabeRules.computeChecksum(text) === Number(text[17]);
}

/** Makes a CLABE of Juno's from 11 digits of account number. */
export function junoClabe(account11: string): string {
  const body = `${JUNO_PREFIX}${account11}`;
  return `${body}${clabeRules.computeChecksum(body)}`;
}
