import type { Context } from "hono";
import { validate as isUuid } from "uuid";
import { z } from "zod";
import { BASE_UNITS_PER_CENTAVO, parseCentavos } from "../money.ts";
import { validationRefusal } from "./refusal.ts";

/** Parses a value by a schema; throws the 32002 Refusal that names every wrong field. */
export function parseOrRefuse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw validationRefusal(parsed.error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`));
}

/** Parses the JSON body by a schema; throws a Refusal for what is no JSON too. */
export async function parseBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text();
  return parseOrRefuse(schema, parseJson(text));
}

/** JSON.parse, with a Refusal for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw validationRefusal(["body: not valid JSON"]);
    throw cause;
  }
}

/** The X-Idempotency-Key header, if sent. Stage refuses what is no UUID; any version of UUID will do. */
export function idempotencyKeyOf(c: Context): string | undefined {
  const key = c.req.header("X-Idempotency-Key");
  if (key !== undefined && !isUuid(key)) throw validationRefusal(["X-Idempotency-Key: must be a UUID"]);
  return key?.toLowerCase();
}

/** An amount of pesos as text or JSON number, at most two decimals; becomes MXNB base units. */
export const amountField = z.union([z.string(), z.number()]).transform((amount, context) => {
  const centavos = parseCentavos(amount);
  if (centavos === undefined) {
    context.addIssue({ code: "custom", message: "must be a positive amount with at most 2 decimals" });
    return z.NEVER;
  }
  return centavos * BASE_UNITS_PER_CENTAVO;
});
