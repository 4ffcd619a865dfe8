import type { Facts } from "../payments/facts.ts";
import { type Leg, rowOf } from "../payments/leg.ts";
import { toPesos } from "../payments/money.ts";
import type { SendAction } from "../payments/table.ts";
import type { Reactor } from "../reactor.ts";
import { saveEach } from "./saveEach.ts";

type Due = Readonly<{ leg: Leg; facts: Facts; action: SendAction }>;

/** What was decided is decided anew after this: somebody else may have done it meanwhile. */
const AGAIN_MS = 60_000;

/** Prints, once for each state, the orders that would leave now, and lets their legs wait: shadow mode sends none of them. */
export async function showOrders(reactor: Reactor, batch: readonly Due[]): Promise<void> {
  for (const { leg, action } of batch) {
    if (leg.reason === "shadow") continue;
    const doing = leg.state === "review" ? action : rowOf(leg.kind, leg.state).es;
    reactor.console.say(
      `👥 Sombra: el pago ${leg.paymentId} haría ahora «${doing}» por ${toPesos(leg.amountCentavos)} (${action}); no sale nada.`,
    );
  }
  await saveEach(reactor, batch, async (tx, { leg, facts: { nowMs } }) => {
    await tx.saveWait(leg, { untilMs: nowMs + AGAIN_MS, reason: "shadow" }, nowMs);
    return { events: [], result: null };
  });
}
