import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Person } from "../store/persons.ts";
import type { Scope } from "../store/schema/access.ts";

/** Whose key a request came with, and what it may do now. */
export type Caller = Readonly<{ keyId: string; owner: Person; scopes: ReadonlySet<Scope> }>;

export type ApiEnv = {
  Bindings: {
    /** Who asks, where that was proven before: a page asks for its signed-in person. No request from outside has it. */
    caller?: Caller;
  };
  Variables: {
    caller: Caller;
    /** The request's Idempotency-Key as it is kept; absent without one. */
    answerKey?: string;
    /** Kept in place of the answer, whose secret is shown once. */
    replay?: string;
  };
};

export type ApiApp = OpenAPIHono<ApiEnv>;
