/** Public explorers of the chains that the reactor knows (contracts-and-token.md); a local chain has none. */
const EXPLORERS: Readonly<Record<number, string>> = {
  42161: "https://arbiscan.io",
  421614: "https://sepolia.arbiscan.io",
};

/** Where a transaction is shown to everybody; null on a chain without an explorer. */
export function transactionUrl(chainId: number, hash: string): string | null {
  const explorer = EXPLORERS[chainId];
  return explorer === undefined ? null : `${explorer}/tx/${hash}`;
}
