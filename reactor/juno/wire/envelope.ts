import { z } from "zod";

/**
 * success and payload, as every endpoint but the webhooks' answers (docs.bitso.com/juno/docs/general). For what is read often, make it
 * once: zod compiles each schema at its first use, which costs more than reading a page with it.
 */
export function enveloped<T>(payload: z.ZodType<T>): z.ZodType<T> {
  return z.object({ success: z.literal(true), payload }).transform((envelope) => envelope.payload);
}

const fault = z.object({ code: z.string(), message: z.string().default(""), details: z.unknown().optional() });

/**
 * success=false with an error; newer endpoints list `errors` instead. Two errors at once are not understood: they might
 * contradict each other. `code` is a string here whether the bank wrote a number or a string.
 */
const failureEnvelope = z
  .union([
    z.object({ success: z.literal(false), error: fault }).transform((envelope) => envelope.error),
    z.object({ errors: z.tuple([fault]) }).transform((envelope) => envelope.errors[0]),
  ])
  .transform(({ code, message, details }) => ({
    code,
    message: details === undefined ? message : `${message} ${JSON.stringify(details)}`,
  }));

export type Failure = z.infer<typeof failureEnvelope>;

/** The failure that an answer tells of; undefined where it tells of none that is understood. */
export function failureIn(json: unknown): Failure | undefined {
  // Nearly every answer is a success: it is not taken apart to find out why it is no failure.
  if (typeof json !== "object" || json === null) return undefined;
  if (!("errors" in json) && !("success" in json && json.success === false)) return undefined;
  return failureEnvelope.safeParse(json).data;
}
