import type { Handler } from "hono";
import { z } from "zod";
import type { Bank } from "../bank.ts";
import { fault } from "../dial/fault.ts";
import { parseBody } from "../http/parseRequest.ts";

/** POST /sandbox/dial: adds a list of faults. One for an endpoint that does not exist would wait for ever, so it is refused. */
export function setDial(bank: Bank, endpoints: ReadonlySet<string>): Handler {
  const known = ["*", "CRYPTO_DEPOSIT", "POST /sandbox/deposits", ...endpoints];
  const isKnown = ({ endpoint }: { endpoint: string }) => known.includes(endpoint);
  const body = z.array(fault.refine(isKnown, `endpoint must be one of: ${known.join(", ")}`)).min(1);
  return async (c) => {
    bank.dial.set(await parseBody(c, body));
    return c.json({ faults: bank.dial.remaining() });
  };
}
