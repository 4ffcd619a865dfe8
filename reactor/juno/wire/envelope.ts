import { z } from "zod";

/** success and payload, as every endpoint but the webhooks' answers (docs.bitso.com/juno/docs/general). */
export function enveloped<T>(payload: z.ZodType<T>): z.ZodType<T> {
  return z.object({ success: z.literal(true), payload }).transform((envelope) => envelope.payload);
}

const fault = z.object({ code: z.string(), message: z.string().default(""), details: z.unknown().optional() });

/**
 * success=false with an error; newer endpoints list `errors` instead. Two errors at once are not understood: they might
 * contradict each other. `code` is a string here whether the bank wrote a number or a string.
 */
export const failureEnvelope = z
  .union([
    z.object({ success: z.literal(false), error: fault }).transform((envelope) => envelope.error),
    z.object({ errors: z.tuple([fault]) }).transform((envelope) => envelope.errors[0]),
  ])
  .transform(({ code, message, details }) => ({
    code,
    message: details === undefined ? message : `${message} ${JSON.stringify(details)}`,
  }));
