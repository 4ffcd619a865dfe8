/** The bank sends the pesos of an issued deposit back. @throws Error with its answer, when it refuses. */
export async function refundIssuance(sandbox: { url: string }, issuanceId: string): Promise<void> {
  const body = JSON.stringify({ issuance_id: issuanceId });
  const response = await fetch(`${sandbox.url}/sandbox/refund-issuance`, { method: "POST", body });
  if (!response.ok) throw new Error(`The bank answered ${response.status}: ${await response.text()}`);
}
