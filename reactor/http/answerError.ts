import type { Context, ErrorHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { isUnavailable } from "../store/isUnavailable.ts";
import { Problem } from "./Problem.ts";
import type { AppPorts } from "./ports.ts";
import type { RequestProblem } from "./requestProblems.ts";

/** Turns whatever was thrown into a problem document: the one place that answers errors. A stack never leaves. */
export function answerError(failed: AppPorts["failed"]): ErrorHandler {
  return (error, c) => {
    const problem = toProblem(error);
    if (problem.status === 500) failed(`${c.req.method} ${c.req.path}`, error);
    return answerProblem(c, problem);
  };
}

export function answerProblem(c: Context, problem: Problem): Response {
  if (problem.status === 401) c.header("www-authenticate", "Bearer");
  return c.json(problem.toDocument(), problem.status, { "content-type": "application/problem+json" });
}

/** What Hono itself throws while it reads a request. */
const thrownByHono: Readonly<Record<number, RequestProblem>> = {
  400: "malformed_json",
  415: "wrong_content_type",
  504: "too_slow",
};

/** The problem that a throw comes to; one that nobody expected is an internal error. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isUnavailable(error)) return new Problem("database_unavailable", { cause: error });
  const known = error instanceof HTTPException ? thrownByHono[error.status] : undefined;
  return new Problem(known ?? "internal_error", { cause: error });
}
