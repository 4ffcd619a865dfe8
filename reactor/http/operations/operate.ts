import { appendEvents, type NewEvent, type StoredEvent } from "../../store/appendEvent.ts";
import type { Queryable } from "../../store/database.ts";
import { databaseNowMs } from "../../store/databaseNowMs.ts";
import { confirmPlan, findPlan, type StoredPlan, storePlan } from "../../store/plans.ts";
import type { Caller } from "../caller.ts";
import { hashRequest } from "../hashRequest.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { isOperation, type OperationName, operations } from "./operations.ts";
import type { By, Plan } from "./plan.ts";

export type Wanted = Readonly<{ name: OperationName; request: unknown; reason: string }>;

/** What came of it: done by one person, or a plan that waits for the second one. */
export type Operated =
  | Readonly<{ done: true; plan: Plan }>
  | Readonly<{ done: false; plan: Plan; hash: string; expiresAtMs: number }>;

/**
 * Draws what a person wants done; does it at once where one person may, and otherwise stores the plan for another one.
 * @throws {Problem} when it cannot be done now, or a service asks for what two persons must stand for.
 */
export async function operate(ports: AppPorts, caller: Caller, wanted: Wanted): Promise<Operated> {
  const { name, request, reason } = wanted;
  const plan = await operations[name].draw(ports, request);
  if (plan.persons === 1) {
    const by = { names: [caller.owner.name], reason };
    show(ports, await ports.db.transaction((tx) => perform(ports, tx, wanted, plan, by, null)));
    return { done: true, plan };
  }
  if (caller.owner.kind !== "person") throw new Problem("needs_persons");
  const proposedAtMs = await databaseNowMs(ports.db);
  const proposal = { operation: name, request, reason, proposedBy: caller.owner.id, proposedAtMs };
  const hash = hashPlan(plan, proposal);
  const { expiresAtMs, events } = await ports.db.transaction(async (tx) => ({
    expiresAtMs: await storePlan(tx, { ...proposal, hash, plan }),
    events: await appendEvents(tx, [eventOf("plan_propuesto", plan, { names: [caller.owner.name], reason }, hash)]),
  }));
  show(ports, events);
  return { done: false, plan, hash, expiresAtMs };
}

/**
 * Does what another person planned, if it is still what would be done now.
 * @throws {Problem} for a plan that is unknown, over, one's own, or drawn from what has changed since.
 */
export async function confirm(ports: AppPorts, caller: Caller, hash: string): Promise<Plan> {
  const stored = await findPlan(ports.db, hash);
  if (stored === null || !isOperation(stored.operation)) throw new Problem("plan_not_found");
  if (caller.owner.kind !== "person") throw new Problem("needs_persons");
  if (stored.proposedBy === caller.owner.id) throw new Problem("own_plan");
  if (stored.confirmedAtMs !== null) throw new Problem("plan_done");
  if (stored.expired) throw new Problem("plan_expired");
  const wanted = { name: stored.operation, request: stored.request, reason: stored.reason };
  const plan = await operations[wanted.name].draw(ports, wanted.request);
  if (hashPlan(plan, stored) !== hash) throw new Problem("plan_changed");
  const by = { names: [stored.proposer, caller.owner.name], reason: stored.reason };
  const events = await ports.db.transaction(async (tx) => {
    if (!(await confirmPlan(tx, hash, caller.owner.id))) throw new Problem("plan_done");
    return perform(ports, tx, wanted, plan, by, hash);
  });
  show(ports, events);
  return plan;
}

/** Every operation leaves an event with who, why and what exactly, and beside it those of its own. */
async function perform(ports: AppPorts, tx: Queryable, wanted: Wanted, plan: Plan, by: By, hash: string | null) {
  const events = await operations[wanted.name].perform(ports, tx, wanted.request, plan, by);
  return [...(await appendEvents(tx, [eventOf("accion_de_operador", plan, by, hash)])), ...events];
}

function eventOf(type: "plan_propuesto" | "accion_de_operador", plan: Plan, by: By, hash: string | null): NewEvent {
  const { es, en } = plan;
  const data = {
    es,
    en,
    reason: by.reason,
    plan: JSON.stringify(withoutApprovals(plan)),
    ...(hash !== null && { hash }),
  };
  return { paymentId: plan.payment_id, legId: plan.leg?.id ?? null, type, data, actor: by.names.join(", ") };
}

/** Where buyer and seller said so is an operator's own words, which may name them; an event is for ever. */
function withoutApprovals(plan: Plan): Plan {
  const { buyer_approval, seller_approval, ...details } = plan.details;
  return { ...plan, details };
}

type Proposal = Pick<StoredPlan, "operation" | "request" | "reason" | "proposedBy" | "proposedAtMs">;

/** The same plan of the same person at the same time has the same hash, and nothing else has. */
const hashPlan = (plan: Plan, { operation, request, reason, proposedBy, proposedAtMs }: Proposal) =>
  hashRequest([plan, operation, request, reason, proposedBy, proposedAtMs]);

function show(ports: AppPorts, events: readonly StoredEvent[]): void {
  for (const event of events) ports.show(event);
  ports.wake();
}
