import { openSystem } from "../../../bin/reconcile/openSystem.ts";
import { rebuild } from "../../../bin/reconcile/rebuild.ts";
import { tell } from "../../../bin/reconcile/tell.ts";
import type { Environment } from "../../../bin/stack/planStack.ts";
import { until } from "../../../bin/stack/until.ts";
import type { Finding } from "../../../reactor/reconcile/finding.ts";
import { inPesos } from "../../../reactor/reconcile/judgeLeg.ts";

/** What the chain shows last is settled a block or two later. */
const SETTLED_WITHIN_MS = 60_000;

/**
 * Waits until the books of a system, derived from bank and chain alone, differ from what they say by this and no more.
 * @param environment as `npm run rebuild -- --check` has it: of a configured system, or its state folder.
 * @param differs `kind pesos` of each difference; nothing when all agree.
 * @throws Error that tells of each difference when it is otherwise for a minute.
 */
export async function untilRebuilt(environment: Environment, differs: readonly string[] = []): Promise<void> {
  const opened = await openSystem(environment, () => undefined);
  let last: readonly Finding[] = [];
  try {
    await until(
      `books that differ from bank and chain by ${differs.join(", ") || "nothing"}`,
      SETTLED_WITHIN_MS,
      async () => {
        last = (await rebuild(opened.reconciler())).differing;
        return String(last.map(nameOf).toSorted()) === String(differs.toSorted()) ? true : undefined;
      },
      async () => last.map(tell).join("\n"),
    );
  } finally {
    await opened.close();
  }
}

const nameOf = ({ kind, amountBaseUnits }: Finding) => `${kind} ${inPesos(amountBaseUnits)}`;
