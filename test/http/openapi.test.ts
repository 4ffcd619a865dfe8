import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { drawOpenApi } from "../../bin/docs/drawOpenApi.ts";
import { PROBLEM_NAMES, problemRow } from "../../reactor/http/Problem.ts";
import { described, judgeAnswer } from "./described.ts";
import { openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());

const committed = readFileSync(resolve(import.meta.dirname, "../../openapi.json"), "utf8");
const operations = Object.entries(described.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

test("openapi.json is what the routes say: npm run docs draws it", () => {
  expect(drawOpenApi()).toBe(committed);
});

test("it is served as it is committed", async () => {
  const response = await api.app.request("/openapi.json");
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toEqual(JSON.parse(committed));
});

test("every route of the API is in it, and nothing else", () => {
  const routes = api.app.routes
    .filter(({ method, path }) => method !== "ALL" && /^\/(api|webhooks|health|ready|metrics)\b/.test(path))
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  const written = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`);
  expect(written.sort()).toEqual([...new Set(routes)].sort());
});

test("every operation has a name of its own, for generators, and says which scope it asks for", () => {
  const names = operations.map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(operations.length);
  const open = operations.filter(({ operation }) => (operation.security as unknown[]).length === 0);
  expect(open.map(({ operation }) => operation.operationId).sort()).toEqual([
    "ringDoorbell",
    "showHealth",
    "showReadiness",
    "showStatus",
  ]);
});

/** What a person asks for without a reason of its own, and why. */
const WITHOUT_REASON: Readonly<Record<string, string>> = {
  createPayment: "an order, whose terms say what it is for",
  triggerProcess: "runs at once what runs every few minutes anyway, and never past a guard; the run says by whom",
  simulateDeposit: "the pretended bank of a local start",
  confirmPlan: "the second person answers for the plan's own reason, which is in its hash",
};

test("every action of a person asks why", () => {
  const bodies = operations.filter(({ operation }) => {
    const [asked] = operation.security as Record<string, string[]>[];
    return asked !== undefined && ["operate", "approve", "admin"].includes(asked.key?.[0] ?? "");
  });
  const silent = bodies
    .filter(({ method }) => method !== "get")
    .filter(({ operation }) => !requiredOf(operation).includes("reason"))
    .map(({ operation }) => String(operation.operationId));
  expect(silent.sort()).toEqual(Object.keys(WITHOUT_REASON).sort());
});

function requiredOf({ requestBody }: Record<string, unknown>): readonly string[] {
  type Schema = { $ref?: string; required?: string[] };
  const body = requestBody as { content: Record<string, { schema: Schema }> } | undefined;
  const schema = body?.content["application/json"]?.schema;
  const name = schema?.$ref?.replace("#/components/schemas/", "");
  const whole = name === undefined ? schema : (described.components.schemas[name] as Schema | undefined);
  return whole?.required ?? [];
}

test("an answer with a member that the document does not have is a fault of these tests", async () => {
  const answer = new Response("", { headers: { "content-type": "application/json" } });
  expect(() => judgeAnswer("GET", "/health", answer, { status: "alive" })).not.toThrow();
  expect(() => judgeAnswer("GET", "/health", answer, { status: "alive", since: 1 })).toThrow("unevaluated");
  expect(() => judgeAnswer("GET", "/api/payments/7", answer, { id: 7 })).toThrow("required");
});

test("the reference page has every operation, and needs nothing but itself", async () => {
  const response = await api.app.request("/docs");
  const page = await response.text();
  for (const { path, operation } of operations) {
    expect(page).toContain(`id="${String(operation.operationId)}"`);
    expect(page).toContain(`<code>${path}</code>`);
  }
  expect(page).toContain("payout_clabe");
  expect(page).not.toMatch(/<script|<link|<img|style=|src=/);
  expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
});

test.each(PROBLEM_NAMES)("the type of %s leads to a page that says what it means", async (name) => {
  const response = await api.app.request(`/problems/${name}`);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain(problemRow(name).title);
});

test("the list of problems has each of them, and no other has a page", async () => {
  const page = await (await api.app.request("/problems")).text();
  for (const name of PROBLEM_NAMES) expect(page).toContain(`href="/problems/${name}"`);
  expect((await api.get("/problems/toString")).status).toBe(404);
});
