/** A read the chain did not answer. Nothing may be concluded from it, least of all that something did not happen. */
export class ChainUnavailable extends Error {
  override readonly name = "ChainUnavailable";

  /**
   * Carries the failure as text and not as `cause`: viem's errors print the RPC URL, whose path is often the provider's
   * key, and a logger prints causes.
   */
  constructor(
    readonly what: string,
    readonly failure: string,
  ) {
    super(`La cadena no respondió (${what}): ${failure} / The chain did not answer (${what}): ${failure}`);
  }
}
