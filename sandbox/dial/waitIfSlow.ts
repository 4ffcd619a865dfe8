import type { MiddlewareHandler } from "hono";
import type { Work } from "../work.ts";
import type { Dial } from "./createDial.ts";
import { metCall } from "./metCall.ts";

/**
 * Lets a request wait that is let in already: what comes meanwhile has a higher nonce, and this one must not be refused
 * for that. The fault is used up before the wait, so that no other request is its victim too.
 */
export function waitIfSlow(dial: Dial, work: Work): MiddlewareHandler {
  return async function wait(c, next) {
    for (const fault of dial.waiting(await metCall(c), { slow: true })) {
      dial.use(fault);
      await work.sleep(fault.ms);
    }
    await next();
  };
}
