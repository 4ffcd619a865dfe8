import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { AnyState } from "../../reactor/payments/leg.ts";
import { saveAlerts } from "../../reactor/store/alerts.ts";
import { openBreak } from "../../reactor/store/breaks.ts";
import { bankTransaction, breaks, leg, unassignedDeposit } from "../../reactor/store/schema/index.ts";
import type { BreakState } from "../../reactor/store/schema/watch.ts";
import { carriedIn } from "../payments/knownFacts.ts";
import { described } from "./described.ts";
import { openApi } from "./openApi.ts";
import { stolenTokens } from "./stolenTokens.ts";

type Api = Awaited<ReturnType<typeof openApi>>;
type Schema = { $ref?: string; example?: unknown };
type Parameter = { name: string; in: string; schema: Schema; example?: unknown };

/** Legs of the first payment of a database: its deposit, its custody, its payout. */
const [DEPOSIT, CUSTODY] = [1, 2];
const URL = "https://ejemplo.mx/kustodia";
const KEY = { owner: "tienda", owner_kind: "service", scopes: ["read"], reason: "prueba" };
/** The key that the example of its revocation names. */
const REVOKED = "9f2c4e61a0b3";

const set = async (api: Api, legId: number, change: Partial<typeof leg.$inferInsert>) => {
  await api.create();
  await api.db.update(leg).set(change).where(eq(leg.id, legId));
};
const custodyIs = (state: string) => (api: Api) =>
  set(api, CUSTODY, { state: state as AnyState, carried: carriedIn("custody", state) });
const drained = (api: Api) => api.post("/api/lanes/principal/drain", { reason: "otro firmante" });
const endpoint = async (api: Api) => {
  await api.post("/api/webhook-endpoints", { url: URL, reason: "prueba" });
};

const breakIs = (state: BreakState) => async (api: Api) => {
  await openBreak(api.db, stolenTokens);
  await api.db.update(breaks).set({ state, owner: "Ana" });
};

/** What must be so before an operation's example can be done, where that is more than an empty database. */
const BEFORE: Readonly<Record<string, (api: Api) => Promise<unknown>>> = {
  planKillSwitchLift: (api) => api.post("/api/kill-switch/pull", { reason: "revisar" }),
  openLane: drained,
  retireLane: drained,
  changeWebhookEndpoint: endpoint,
  rotateWebhookSecret: endpoint,
  redeliverSince: endpoint,
  removeWebhookEndpoint: endpoint,
  redeliverOne: async (api) => {
    await endpoint(api);
    await api.create();
  },
  revokeKey: async (api) => {
    const { id } = (await api.post("/api/keys", KEY)).body as { id: string };
    await api.pool.query("update kustodia.api_key set id = $2 where id = $1", [id, REVOKED]);
  },
  acknowledgeAlert: (api) =>
    api.db.transaction((tx) => saveAlerts(tx, [{ name: "KustodiaBankSilent", detail: "Juno calla" }])),
  takeBreak: breakIs("open"),
  explainBreak: breakIs("in_work"),
  closeBreak: breakIs("explained"),
  annotatePayment: custodyIs("disputed"),
  cancelPayment: (api) => api.create(),
  createPaymentLink: (api) => api.create(),
  sendPaymentLink: (api) => api.create({ payer: { id: "cliente", name: "Ana", email: "ana@ejemplo.mx" } }),
  revokePaymentLink: async (api) => {
    await api.create();
    await api.post("/api/payments/1/links", { for: "buyer", reason: "lo pide" });
  },
  holdPayment: (api) => api.create(),
  releaseHold: async (api) => {
    await api.create();
    await api.post("/api/payments/1/hold", { reason: "revisar" });
  },
  correctAccount: (api) => api.create(),
  erasePersonalData: async (api) => {
    await set(api, DEPOSIT, { state: "expired", enteredAtMs: 0 });
    await api.pool.query("update kustodia.payment set status = 'expired'");
  },
  openDispute: custodyIs("active"),
  releaseEarly: custodyIs("active"),
  extendCustody: custodyIs("active"),
  approveRelease: async (api) => {
    await custodyIs("active")(api);
    await api.pool.query("update kustodia.payment set release_by = 'both_approvals'");
  },
  ruleOnPayment: custodyIs("disputed"),
  resolveReview: (api) => set(api, DEPOSIT, { state: "review", reviewFrom: "awaiting" }),
  returnDeposit: (api) => unassigned(api),
  assignDeposit: (api) => unassigned(api),
};

async function unassigned(api: Api): Promise<void> {
  const { deposit_clabe: clabe } = await api.create();
  const id = "iss-1";
  const [moment, amountCentavos] = [Date.now(), 1_500_000n];
  await api.db.insert(bankTransaction).values({
    ...{ id, type: "ISSUANCE", status: "COMPLETE", refunded: false, receiverClabe: clabe },
    ...{ amountBaseUnits: amountCentavos * 10_000n, createdAtMs: moment, updatedAtMs: moment },
  });
  const why = "several_payments_match";
  await api.db
    .insert(unassignedDeposit)
    .values({ issuanceId: id, why, clabe, amountCentavos, candidateLegs: [DEPOSIT] });
}

const examples = Object.entries(described.paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, operation]) => {
    const body = operation.requestBody as { content: Record<string, { schema: Schema }> } | undefined;
    const schema = body?.content["application/json"]?.schema;
    const parameters = (operation.parameters ?? []) as Parameter[];
    return schema === undefined
      ? []
      : [{ path, method, operationId: String(operation.operationId), schema, parameters }];
  }),
);

test("every operation with a body shows one", () => {
  expect(examples.length).toBeGreaterThan(15);
  expect(examples.filter(({ schema }) => exampleOf(schema) === undefined)).toEqual([]);
});

test.each(examples)(
  "the example of $operationId does what it says",
  async ({ path, method, operationId, ...shown }) => {
    const api = await openApi();
    await BEFORE[operationId]?.(api);
    const ana = await api.person("Ana", ["read", "operate", "admin"]);
    const url = path.replace(/\{(\w+)\}/g, (_, name: string) => String(parameterOf(shown.parameters, name)));
    const answer = await ana[method as "post" | "patch"](url, exampleOf(shown.schema));
    expect(answer.body).not.toHaveProperty("detail_en");
    expect(answer.status).toBeLessThan(300);
    await api.close();
  },
);

function exampleOf(schema: Schema): unknown {
  const named = schema.$ref?.replace("#/components/schemas/", "");
  return named === undefined ? schema.example : described.components.schemas[named]?.example;
}

function parameterOf(parameters: readonly Parameter[], name: string): unknown {
  const found = parameters.find((one) => one.in === "path" && one.name === name);
  return found?.example ?? found?.schema.example;
}
