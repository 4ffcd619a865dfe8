import { type Reconciler, readThreeBooks } from "../../reactor/readThreeBooks.ts";
import type { Finding } from "../../reactor/reconcile/finding.ts";

/** What our books should say by bank and chain alone, held to what they say. */
export type Rebuilt = Readonly<{
  /** How many movements bank and chain show. */
  outside: number;
  /** Ordered, and not proven yet: no difference. */
  underWay: readonly Finding[];
  differing: readonly Finding[];
}>;

/**
 * Derives from bank and chain alone, and from what our orders name there, what our books should say. Writes nothing, and
 * gives no grace.
 * @throws Error with a sentence when bank or chain do not answer whole.
 */
export async function rebuild(reconciler: Reconciler): Promise<Rebuilt> {
  const { findings, changed } = await readThreeBooks(reconciler, "full");
  return {
    outside: changed.length,
    underWay: findings.filter(({ isUnderWay }) => isUnderWay),
    differing: findings.filter(({ isUnderWay }) => !isUnderWay),
  };
}
