const DAY_S = 24 * 60 * 60;

/**
 * The deadline written into the escrow: the end of custody, and never less than 24 h from now. The contract refuses a
 * deadline that has passed, and a payment whose custody ended while its money was on the way must still be escrowed.
 * Nothing on chain acts at this time; after it the contract only refuses a dispute.
 */
export function deadlineFor({ custodyEndUnixS, nowUnixS }: { custodyEndUnixS: number; nowUnixS: number }): number {
  return Math.max(custodyEndUnixS, nowUnixS + DAY_S);
}
