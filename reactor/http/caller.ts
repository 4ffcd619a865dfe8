import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Person } from "../store/persons.ts";
import type { Scope } from "../store/schema/access.ts";

/** Whose key a request came with, and what it may do now. */
export type Caller = Readonly<{ keyId: string; owner: Person; scopes: ReadonlySet<Scope> }>;

export type ApiEnv = { Variables: { caller: Caller } };

export type ApiApp = OpenAPIHono<ApiEnv>;
