/** What the dial still holds, as `kind at endpoint`: faults that nothing has met. */
export async function unspentFaults(sandbox: { url: string }): Promise<readonly string[]> {
  const response = await fetch(`${sandbox.url}/sandbox/dial`);
  const { faults } = (await response.json()) as { faults: readonly { kind: string; endpoint: string }[] };
  return faults.map(({ kind, endpoint }) => `${kind} at ${endpoint}`);
}
