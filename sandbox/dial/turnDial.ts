import type { HttpBindings } from "@hono/node-server";
import type { MiddlewareHandler } from "hono";
import type { Dial } from "./createDial.ts";
import { metCall } from "./metCall.ts";
import { REPLY_FAULTS } from "./replyFaults.ts";
import { REQUEST_FAULTS, type RequestTools } from "./requestFaults.ts";

/** Lets the faults of requests and replies strike around the real work. One that strikes instead of the work comes first. */
export function turnDial(dial: Dial, tools: RequestTools): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async function meetFaults(c, next) {
    const call = await metCall(c);
    for (const fault of dial.waiting(call, REQUEST_FAULTS)) {
      const met = await REQUEST_FAULTS[fault.kind](fault, c, tools);
      if (met === "not_met") continue;
      dial.use(fault);
      if (met instanceof Response) return met;
      throw met;
    }

    await next();

    // A reply fault says something about work that was done: a refusal leaves it waiting.
    if (!c.res.ok) return;
    for (const fault of dial.waiting(call, REPLY_FAULTS)) {
      const body = await c.res.clone().text();
      const spoiled = REPLY_FAULTS[fault.kind](fault, body, c);
      if (spoiled === "not_met") continue;
      dial.use(fault);
      c.res = undefined;
      c.res = spoiled;
      return;
    }
  };
}
