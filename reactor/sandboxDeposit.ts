/** Long enough for a sandbox on the same machine. */
const TIMEOUT_MS = 10_000;

/**
 * Has the sandbox's buyer pay by SPEI, as `curl …/sandbox/deposits` does. Only a local start has a sandbox.
 * @param sandboxUrl undefined for a bank that was configured.
 * @returns null then; else what pays a decimal amount to a CLABE, and throws Error when the sandbox refuses.
 */
export function sandboxDeposit(sandboxUrl: string | undefined) {
  if (sandboxUrl === undefined) return null;
  return async ({ clabe, amount }: { clabe: string; amount: string }): Promise<void> => {
    const response = await fetch(`${sandboxUrl}/sandbox/deposits`, {
      method: "POST",
      // A deposit may not be sent twice: no old connection is used, which the sandbox might be closing at this moment.
      headers: { "content-type": "application/json", connection: "close" },
      body: JSON.stringify({
        amount,
        receiver_clabe: clabe,
        receiver_name: "Kustodia",
        sender_name: "Comprador de prueba",
      }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`The sandbox refused the deposit: ${await response.text()}`);
  };
}
