import { z } from "@hono/zod-openapi";
import { isJunoClabe, parseClabe } from "../../payments/clabe.ts";
import { parseAmount } from "../../payments/money.ts";
import type { FieldProblem } from "../fieldProblems.ts";

/*
 * A pattern with flags is written into the API's document as JavaScript has it; JSON Schema has no flags, so it is said
 * again beside it, and so are limits that are checked by code.
 */

/** Schemas name what is wrong: a zod message is a field problem's name, and refuseInvalid finds its sentence. */
const named = (problem: FieldProblem) => problem;
const missingOr = (problem: FieldProblem) => (issue: { input?: unknown }) =>
  issue.input === undefined ? named("missing") : problem;

/** An object of exactly these fields. */
export const fields = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? named("unknown_field") : missingOr("not_object")(issue)),
  });

/** One line of text, without the spaces around it. Half a surrogate pair is no text: Postgres would store another one. */
export const line = (maximum: number) =>
  z
    .string({ error: missingOr("not_text") })
    .trim()
    .min(1, named("empty"))
    .max(maximum, named("too_long"))
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, named("unprintable"))
    .openapi({ pattern: "^[^\\p{Cc}\\p{Cs}]*$" });

/** Text of several lines. */
export const prose = (maximum: number) =>
  z
    .string({ error: missingOr("not_text") })
    .trim()
    .min(1, named("empty"))
    .max(maximum, named("too_long"))
    .regex(/^(?:[\t\n\r]|[^\p{Cc}\p{Cs}])*$/u, named("unprintable"))
    .openapi({ pattern: "^(?:[\\t\\n\\r]|[^\\p{Cc}\\p{Cs}])*$" });

export const flag = () => z.boolean(named("not_boolean"));

export const wholeNumber = (minimum: number, maximum: number) =>
  z
    .int({ error: missingOr("not_whole_number") })
    .refine((value) => value >= minimum && value <= maximum, {
      error: named("out_of_range"),
      params: { minimum, maximum },
    })
    .openapi({ minimum, maximum });

/** The largest number of a row: Postgres' `integer`. */
export const LARGEST_ID = 2_147_483_647;

/** A whole number as a query or a path writes it. */
export const digits = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, named("not_whole_number"))
    .transform(Number)
    .pipe(wholeNumber(minimum, maximum))
    .openapi({ type: "integer", minimum, maximum });

/** Pesos as a decimal string; becomes centavos. */
export const amount = () =>
  z.string({ error: missingOr("not_decimal") }).transform((text, context) => {
    const parsed = parseAmount(text);
    if (parsed.ok) return parsed.amountCentavos;
    context.addIssue({ code: "custom", message: named(parsed.problem) });
    return z.NEVER;
  });

export const clabe = () =>
  z
    .string({ error: missingOr("not_18_digits") })
    .superRefine((text, context) => {
      const parsed = parseClabe(text);
      if (!parsed.ok) context.addIssue({ code: "custom", message: named(parsed.problem) });
    })
    .openapi({ pattern: "^[0-9]{18}$" });

/** A CLABE that we can pay to. */
export const payableClabe = () => clabe().refine((text) => !isJunoClabe(text), { error: named("juno_clabe") });

/** An ISO 8601 moment with its offset; becomes unix ms. Without an offset it would be six hours of doubt. */
export const moment = () =>
  z.iso.datetime({ offset: true, error: missingOr("not_iso_date") }).transform((text) => Date.parse(text));

/** Longest address that mail servers must take (RFC 5321, 4.5.3.1.3). */
const LONGEST_EMAIL = 254;

export const emailAddress = () =>
  line(LONGEST_EMAIL)
    .refine((text) => z.email().safeParse(text).success, { error: named("not_email") })
    .openapi({ format: "email", example: "compradora@ejemplo.mx" });

/** A calendar day. */
export const day = () =>
  z.iso.date({ error: missingOr("not_a_day") }).openapi({ format: "date", example: "2026-11-22" });

/** A calendar day, with `.csv` after it where a table is wanted. */
export const dayOrFile = () =>
  z
    .string({ error: missingOr("not_a_day") })
    .transform((text) => ({ day: text.replace(/\.csv$/, ""), csv: text.endsWith(".csv") }))
    .refine(({ day: text }) => z.iso.date().safeParse(text).success, { error: named("not_a_day") })
    .openapi({ type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}(\\.csv)?$", example: "2026-11-22" });

/** An http(s) URL of at most so many characters. Whether it may be called is another question. */
export const webUrl = (maximum: number) =>
  line(maximum)
    .refine(
      (text) => {
        const url = URL.canParse(text) ? new URL(text) : null;
        return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
      },
      { error: named("not_url") },
    )
    .openapi({ format: "uri" });
