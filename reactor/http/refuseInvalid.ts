import type { Hook } from "@hono/zod-openapi";
import type { ApiEnv } from "./caller.ts";
import { isFieldProblem, Problem } from "./Problem.ts";

type InvalidHook = Hook<unknown, ApiEnv, string, unknown>;
type Failed = Extract<Parameters<InvalidHook>[0], { success: false }>;
type Issue = Failed["error"]["issues"][number];

/**
 * Turns the first thing that is wrong with a request into a sentence. The schemas name their problems: a zod message is
 * the name of a field problem (wire/fields.ts).
 * @throws {Problem} when the request did not fit its schema.
 */
export const refuseInvalid: InvalidHook = (result) => {
  if (result.success) return;
  const [issue] = result.error.issues;
  if (issue === undefined) throw new Error("A request was refused without an issue.");
  const unknown = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  // A name of the caller's own is echoed, so it is cut.
  const path = [...issue.path, ...unknown].map((name) => String(name).slice(0, LONGEST_NAME));
  const inBody = result.target === "json";
  throw new Problem(isFieldProblem(issue.message) ? issue.message : "not_accepted", {
    facts: { field: path.join(".") || (inBody ? "cuerpo (body)" : result.target), ...limitsOf(issue) },
    ...(inBody && { pointer: path.map((name) => `/${escapePointer(name)}`).join("") }),
  });
};

function limitsOf(issue: Issue): Readonly<Record<string, string>> {
  if (issue.code === "invalid_value") return { values: issue.values.map(String).join(", ") };
  if (issue.code === "too_big") return { maximum: String(issue.maximum) };
  if (issue.code !== "custom") return {};
  return Object.fromEntries(Object.entries(issue.params ?? {}).map(([name, limit]) => [name, String(limit)]));
}

const LONGEST_NAME = 100;

/** RFC 6901: these two characters have a meaning in a pointer. */
const escapePointer = (name: string) => name.replace(/~/g, "~0").replace(/\//g, "~1");
