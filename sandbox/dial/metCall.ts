import type { Context } from "hono";
import { z } from "zod";
import { endpointOf } from "../http/endpointOf.ts";
import { amountField, parseJson } from "../http/parseRequest.ts";
import type { MetCall } from "./createDial.ts";

const moving = z.object({ amount: amountField });

/** What the dial must know of a request. GET requests meet it too, and move nothing. Throws a Refusal for a body that is no JSON. */
export async function metCall(c: Context): Promise<MetCall> {
  const text = await c.req.text();
  const body = moving.safeParse(text === "" ? undefined : parseJson(text));
  return { endpoint: endpointOf(c), amountBaseUnits: body.data?.amount };
}
