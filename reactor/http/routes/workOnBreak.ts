import { createRoute, z } from "@hono/zod-openapi";
import { appendEvents } from "../../store/appendEvent.ts";
import { type Break, type BreakChange, changeBreak } from "../../store/breaks.ts";
import type { BreakState } from "../../store/schema/watch.ts";
import type { ApiApp } from "../caller.ts";
import { refuseOther } from "../etag.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { breakView, etagOfBreak, toBreakView } from "../wire/breakView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { reasonBody } from "../wire/reason.ts";
import { repeatable } from "../wire/repeatable.ts";
import { breakNumber, breakOf } from "./showBreak.ts";

type Step = Readonly<{
  operationId: string;
  summary: string;
  from: readonly BreakState[];
  change: (person: string, reason: string) => BreakChange;
  did: Readonly<{ es: string; en: string }>;
}>;

/** What a person does about a break, in the order in which they do it: each step from the one before. */
const STEPS = {
  take: {
    operationId: "takeBreak",
    summary: "Take a break: it is this person's to explain",
    from: ["open", "in_work", "explained"],
    change: (owner) => ({ state: "in_work", owner }),
    did: { es: "Descuadre {number} en trabajo", en: "Break {number} in work" },
  },
  explain: {
    operationId: "explainBreak",
    summary: "Say how a break came about",
    from: ["in_work", "explained"],
    change: (_, explanation) => ({ state: "explained", explanation }),
    did: { es: "Descuadre {number} explicado", en: "Break {number} explained" },
  },
  close: {
    operationId: "closeBreak",
    summary: "Close an explained break: it is not opened again",
    from: ["explained"],
    change: (closedBy, closeReason) => ({ state: "closed", closedBy, closeReason }),
    did: { es: "Descuadre {number} cerrado", en: "Break {number} closed" },
  },
} as const satisfies Readonly<Record<string, Step>>;

const routeOf = (name: string, { operationId, summary }: Step) =>
  createRoute({
    method: "post",
    path: `/api/breaks/{number}/${name}`,
    operationId,
    tags: ["breaks"],
    summary,
    request: {
      headers: repeatable.extend({
        "if-match": z.string().optional().openapi({ description: "The break's ETag, as it was last answered" }),
      }),
      params: breakNumber,
      body: reasonBody,
    },
    responses: {
      200: { description: "As it is now", content: { "application/json": { schema: breakView } } },
      ...problemAnswers,
    },
  });

export function workOnBreak(app: ApiApp, ports: AppPorts): void {
  for (const [name, step] of Object.entries(STEPS)) {
    app.openapi(routeOf(name, step), async (c) => {
      const { name: person, kind } = c.get("caller").owner;
      if (kind !== "person") throw new Problem("needs_a_person");
      const known = await breakOf(ports.db, c.req.valid("param").number);
      refuseOther(etagOfBreak(known), c.req.header("if-match"));
      const changed = await take(ports, known, step, { person, reason: c.req.valid("json").reason });
      c.header("etag", etagOfBreak(changed));
      return c.json(toBreakView(changed), 200);
    });
  }
}

/** @throws {Problem} when the break is elsewhere on its way, or somebody was first. */
async function take(
  { db, show }: AppPorts,
  known: Break,
  { from, change, did }: Step,
  { person, reason }: Readonly<{ person: string; reason: string }>,
): Promise<Break> {
  const number = String(known.number);
  if (!from.includes(known.state)) throw new Problem("break_not_there", { facts: { number, state: known.state } });
  const { changed, events } = await db.transaction(async (tx) => {
    const changed = await changeBreak(tx, known, change(person, reason));
    if (changed === null) throw new Problem("changed_meanwhile");
    const words = { es: did.es.replace("{number}", number), en: did.en.replace("{number}", number) };
    const { paymentId, legId } = known;
    const told = { paymentId, legId, data: { ...words, reason, number }, actor: person };
    return { changed, events: await appendEvents(tx, [{ ...told, type: "accion_de_operador" }]) };
  });
  for (const event of events) show(event);
  return changed;
}
