import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { REFUSALS } from "../guesses.ts";
import { Refusal, validationRefusal } from "../http/refusal.ts";
import type { Throttle } from "../http/throttle.ts";
import { BASE_UNITS_PER_CENTAVO, parseCentavos } from "../money.ts";
import { dropConnection } from "./dropConnection.ts";
import type { Fault, FaultKind } from "./fault.ts";
import { metCall } from "./metCall.ts";

export type RequestTools = { throttle: Throttle };

/** What a fault does to a request before the bank looks at it. `not_met`: it does not concern this one and is not used up. */
type Met = "not_met" | Refusal | Response;
type RequestRow = (fault: Fault, c: Context<{ Bindings: HttpBindings }>, tools: RequestTools) => Promise<Met>;

const throttled = (refusal: Refusal): RequestRow => {
  return async ({ ms }, _c, { throttle }) => {
    throttle.lockOut(ms, refusal);
    return refusal;
  };
};

/** Faults that strike instead of, or before, the work. */
export const REQUEST_FAULTS = {
  "429": throttled(new Refusal({ ...REFUSALS.throttled, status: 429 })),
  // Outside the standard, and what Bitso's own list has for throttling.
  "420": throttled(new Refusal({ ...REFUSALS.throttled, status: 420 })),
  "drop-before-accepting": async (_fault, c) => dropConnection(c),
  "401-by-nonce": async () => new Refusal(REFUSALS.badNonceValue),
  "refuse-below-minimum": async ({ minimum }, c) => {
    const { amountBaseUnits } = await metCall(c);
    const minimumBaseUnits = (parseCentavos(minimum) ?? 0n) * BASE_UNITS_PER_CENTAVO;
    if (amountBaseUnits === undefined || amountBaseUnits >= minimumBaseUnits) return "not_met";
    return validationRefusal([`amount: the minimum is ${minimum}`]);
  },
} as const satisfies Partial<Record<FaultKind, RequestRow>>;
