import type { z } from "zod";
import type { problemDocument } from "../http/wire/problemAnswers.ts";

/** What the API refused to a page, in the API's own words. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly problem: z.infer<typeof problemDocument>;

  constructor(problem: z.infer<typeof problemDocument>) {
    super(problem.detail);
    this.problem = problem;
  }
}
