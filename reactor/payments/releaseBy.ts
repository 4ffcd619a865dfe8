/**
 * Who may end custody before its end. `operator`: two persons who name where both parties said so. `both_approvals`: nobody
 * until the buyer's and the seller's approvals are both recorded, each by itself. Custody's own end releases either way.
 */
export const RELEASE_BY = ["operator", "both_approvals"] as const;
export type ReleaseBy = (typeof RELEASE_BY)[number];

export const RELEASE_PARTIES = ["buyer", "seller"] as const;
export type ReleaseParty = (typeof RELEASE_PARTIES)[number];

/** Who said that a party approves: the party itself, or an operator who has its word. */
export type GivenBy = "party" | "operator";

/** Whose approval is still missing; none where the payment does not ask for them. */
export const missingApprovals = (releaseBy: ReleaseBy, given: readonly ReleaseParty[]): readonly ReleaseParty[] =>
  releaseBy === "operator" ? [] : RELEASE_PARTIES.filter((party) => !given.includes(party));

/** Parties as they stand in a sentence after «la aprobación» and “the approval”. */
export const ofParties = (parties: readonly ReleaseParty[]): Readonly<{ es: string; en: string }> => ({
  es: parties.map((party) => (party === "buyer" ? "del comprador" : "del vendedor")).join(" y "),
  en: `of the ${parties.join(" and the ")}`,
});
