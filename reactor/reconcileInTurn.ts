import type { Reconciler, Span } from "./readThreeBooks.ts";
import { type Kept, reconcile } from "./reconcile.ts";
import { databaseNowMs } from "./store/databaseNowMs.ts";
import { lastFullReadingMs } from "./store/reconciliations.ts";

/**
 * The hourly reconciliation: what is new since the last reading; and, when nothing was read whole for `fullEveryMs`, all of
 * it after that, since what the bank changes in a transaction that had long ended no other reading shows.
 * @param reconcilerFor one whose calls are counted from nothing.
 * @param fullEveryMs null: a whole reading only when somebody asks for it.
 * @throws Error with a sentence when bank or chain do not answer whole. A whole reading that fails leaves the other one kept.
 */
export async function reconcileInTurn(
  reconcilerFor: () => Reconciler,
  fullEveryMs: number | null,
): Promise<Kept & Readonly<{ span: Span }>> {
  const recent = await reconcile(reconcilerFor(), "incremental");
  const reconciler = reconcilerFor();
  if (fullEveryMs === null) return { ...recent, span: "incremental" };
  const lastMs = await lastFullReadingMs(reconciler.db, reconciler.account);
  if (lastMs !== null && (await databaseNowMs(reconciler.db)) - lastMs < fullEveryMs) {
    return { ...recent, span: "incremental" };
  }
  const whole = await reconcile(reconciler, "full");
  return { ...whole, events: [...recent.events, ...whole.events], span: "full" };
}
