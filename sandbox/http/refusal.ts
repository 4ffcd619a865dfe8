import { REFUSALS } from "../guesses.ts";

type RefusalFacts = { status: number; code: number | string; message: string };

/** The bank says no: becomes an HTTP status and the envelope {success: false, error: {code, message, details?}}. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: number | string;
  readonly details: readonly string[] | undefined;

  constructor({ status, code, message }: RefusalFacts, details?: readonly string[]) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  envelope(): Record<string, unknown> {
    const details = this.details === undefined ? {} : { details: this.details };
    return { success: false, error: { code: this.code, message: this.message, ...details } };
  }

  response(): Response {
    return Response.json(this.envelope(), { status: this.status });
  }
}

/** 32002 with one detail for each thing that is wrong. */
export function validationRefusal(details: readonly string[]): Refusal {
  return new Refusal(REFUSALS.validation, details);
}
