/**
 * Where a chain's history counts as settled: a block tag its RPC serves, or a depth under the latest block. A tag is
 * configured here and never probed: an RPC that stops serving it leaves no settled head.
 */
export type SettledPolicy = Readonly<{ settledTag: "safe" | "finalized" }> | Readonly<{ settledDepth: number }>;

export type HeadPolicy = Readonly<{
  /** The soft head: indexed block minus this many. Enough for what goes from chain to chain under one signer. */
  softConfirmations: number;
  /** The settled head: needed before what cannot be taken back outside the chain. */
  settled: SettledPolicy;
  /** The same for large payments; which are large, payments/money.ts says. */
  settledLarge: SettledPolicy;
}>;

/**
 * What counts as settled while one of two endpoints is silent: nobody can contradict the other one, so that what it calls
 * settled must be twice as deep. Null: there is nothing deeper, and nothing settles until both answer.
 */
export function settledAlone(policy: SettledPolicy): SettledPolicy | null {
  if ("settledDepth" in policy) return { settledDepth: 2 * policy.settledDepth };
  return policy.settledTag === "safe" ? { settledTag: "finalized" } : null;
}

const ANVIL = 31337;

const SAFE: SettledPolicy = { settledTag: "safe" };
const FINALIZED: SettledPolicy = { settledTag: "finalized" };

const POLICIES: Readonly<Record<number, HeadPolicy>> = {
  42161: { softConfirmations: 20, settled: SAFE, settledLarge: FINALIZED },
  421614: { softConfirmations: 20, settled: SAFE, settledLarge: SAFE },
  // Started with `--block-time 1 --slots-in-an-epoch 1`, Anvil moves its tags like a real chain, only faster.
  [ANVIL]: { softConfirmations: 0, settled: SAFE, settledLarge: SAFE },
};

/**
 * A chain's heads.
 *
 * @param confirmations CONFIRMATIONS, when set: the soft depth of this installation. On Anvil, where a test mines by
 *   hand and the tags stand still, it is also the depth of the settled head.
 * @throws RangeError for a chain nobody has decided on, and for a depth that is not a whole number of blocks.
 */
export function headPolicyFor(chainId: number, confirmations?: number): HeadPolicy {
  const policy = POLICIES[chainId];
  if (!policy) {
    const known = Object.keys(POLICIES).join(", ");
    throw new RangeError(
      `No hay política de confirmaciones para la cadena ${chainId}; use CHAIN_ID ${known}. / No head policy for chain ${chainId}; use CHAIN_ID ${known}.`,
    );
  }
  if (confirmations === undefined) return policy;
  if (!Number.isSafeInteger(confirmations) || confirmations < 0) {
    throw new RangeError(
      `CONFIRMATIONS debe ser un entero de bloques, no ${confirmations}. / CONFIRMATIONS must be a whole number of blocks, not ${confirmations}.`,
    );
  }
  if (chainId !== ANVIL) return { ...policy, softConfirmations: confirmations };
  const depth = { settledDepth: confirmations };
  return { softConfirmations: confirmations, settled: depth, settledLarge: depth };
}
