import type { z } from "@hono/zod-openapi";
import type { StoredEvent } from "../../store/appendEvent.ts";
import type { Queryable } from "../../store/database.ts";
import type { AppPorts } from "../ports.ts";

/** One call that leaves by an operation: to whom, under which key, saying what. No whole CLABE. */
export type PlannedCall = Readonly<{
  to: "bank" | "chain";
  action: string;
  key: string | null;
  body: Readonly<Record<string, string>>;
}>;

/** One line of the books: `pending` is reserved when the call leaves, `posted` and `voided` end what was reserved. */
export type PlannedLine = Readonly<{
  from: string;
  to: string;
  amount: string;
  state: "pending" | "posted" | "voided";
}>;

/** All that an operation would do, as its second person reads it. It is hashed whole: what changes in it changes its hash. */
export type Plan = Readonly<{
  operation: string;
  persons: 1 | 2;
  es: string;
  en: string;
  payment_id: number | null;
  /** The leg that it acts on, as it was when the plan was drawn. */
  leg: Readonly<{ id: number; kind: string; state: string; version: number }> | null;
  resulting_state: string | null;
  calls: readonly PlannedCall[];
  ledger: readonly PlannedLine[];
  /** What else the two must have read. */
  details: Readonly<Record<string, string>>;
}>;

/** A plan of no leg's, which calls nobody and moves nothing. */
export const planOf = (operation: string, persons: 1 | 2, words: { es: string; en: string }): Plan => ({
  operation,
  persons,
  ...words,
  payment_id: null,
  leg: null,
  resulting_state: null,
  calls: [],
  ledger: [],
  details: {},
});

/** Who does it, and why: one name, or two. */
export type By = Readonly<{ names: readonly string[]; reason: string }>;

export type OperationPorts = Pick<AppPorts, "db" | "eraseAfterMs" | "facts" | "move">;

/** Something that a person does to the system. It is drawn first, from what is so now, and then done as it was drawn. */
export type Operation = Readonly<{
  /** @throws {Problem} when it cannot be done now. Reads only. */
  draw(ports: OperationPorts, request: unknown): Promise<Plan>;
  /** @throws {Problem} when what the plan was drawn from has changed since: then nothing of it is kept. */
  perform(ports: OperationPorts, tx: Queryable, request: unknown, plan: Plan, by: By): Promise<readonly StoredEvent[]>;
}>;

/** An operation whose request is parsed again each time it is read: the second person confirms what is stored. */
export function operation<Request extends z.ZodType>(definition: {
  request: Request;
  draw(ports: OperationPorts, request: z.output<Request>): Promise<Plan>;
  perform(
    ports: OperationPorts,
    tx: Queryable,
    request: z.output<Request>,
    plan: Plan,
    by: By,
  ): Promise<readonly StoredEvent[]>;
}): Operation {
  const { request: schema, draw, perform } = definition;
  return {
    draw: (ports, request) => draw(ports, schema.parse(request)),
    perform: (ports, tx, request, plan, by) => perform(ports, tx, schema.parse(request), plan, by),
  };
}
