import { type FieldProblem, fieldProblems } from "./fieldProblems.ts";
import { type RequestProblem, requestProblems } from "./requestProblems.ts";

export type ProblemName = RequestProblem | FieldProblem;

type Details = Readonly<{
  /** Fill the sentence's {places}. */
  facts?: Readonly<Record<string, string>>;
  /** JSON pointer to the member of the body that is wrong (RFC 6901). */
  pointer?: string | undefined;
  cause?: unknown;
}>;

/** A refusal that a person reads: thrown by a handler, answered as an RFC 9457 problem document in one place. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly #problem: ProblemName;
  readonly #details: Details;

  constructor(problem: ProblemName, details: Details = {}) {
    super(fill(problemRow(problem).es, details.facts), { cause: details.cause });
    this.#problem = problem;
    this.#details = details;
  }

  get status() {
    return problemRow(this.#problem).status;
  }

  /** The document's members: `detail` is Spanish, `detail_en` the same sentence in English. */
  toDocument() {
    const { title, status, en } = problemRow(this.#problem);
    const { facts, pointer } = this.#details;
    return {
      type: `/problems/${this.#problem}`,
      title,
      status,
      detail: this.message,
      detail_en: fill(en, facts),
      ...(pointer !== undefined && { pointer }),
    };
  }
}

/** What a problem is answered with, before its places are filled. */
export const problemRow = (problem: ProblemName) =>
  isFieldProblem(problem)
    ? { status: 400 as const, title: "Dato inválido", ...fieldProblems[problem] }
    : requestProblems[problem];

export const PROBLEM_NAMES = [...Object.keys(requestProblems), ...Object.keys(fieldProblems)] as readonly ProblemName[];
export const isProblem = (name: string): name is ProblemName => PROBLEM_NAMES.some((known) => known === name);
export const isFieldProblem = (name: string): name is FieldProblem => Object.hasOwn(fieldProblems, name);

const fill = (sentence: string, facts: Readonly<Record<string, string>> = {}) =>
  sentence.replace(/\{(\w+)\}/g, (_, place: string) => facts[place] ?? "—");
