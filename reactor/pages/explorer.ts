/** Public explorers of the chains that the reactor knows (contracts-and-token.md); a local chain has none. */
const EXPLORERS: Readonly<Record<number, string>> = {
  42161: "https://arbiscan.io",
  421614: "https://sepolia.arbiscan.io",
};

/** Where a transaction is shown to everybody; null on a chain without an explorer, or on none yet. */
export function transactionUrl(chainId: number | null, hash: string): string | null {
  const explorer = chainId === null ? undefined : EXPLORERS[chainId];
  return explorer === undefined ? null : `${explorer}/tx/${hash}`;
}
