import { afterAll, expect, test } from "vitest";
import type { ProcessName } from "../../reactor/http/ports.ts";
import { NOW_MS, openApi } from "./openApi.ts";

const ran: ProcessName[] = [];
const api = await openApi({
  runProcess: async (name) => {
    ran.push(name);
    return { outcome: "done", result: { looked: 3, assigned: 1 } };
  },
});
afterAll(() => api.close());

test("the status has the client's shape to the letter, without a key", async () => {
  const response = await api.app.request("/api/automation/status");
  expect(response.status).toBe(200);
  const { processes, indexer, outgoing, breaks, shadow, ...client } = (await response.json()) as Record<
    string,
    unknown
  >;
  expect(shadow).toBe(false);
  expect(client).toEqual({
    success: true,
    status: "running",
    lastRun: {
      deposits: "Running every 5 minutes",
      custodies: "Running every 10 minutes",
      payouts: "Running every 15 minutes",
      sync: "Running every hour",
    },
    nextRun: {
      deposits: "Next run in ~2.9 minutes",
      custodies: "Next run in ~2.9 minutes",
      payouts: "Next run in ~2.9 minutes",
      sync: "Next run in ~2.9 minutes",
    },
    timestamp: "2026-01-20T18:00:00.000Z",
  });
  expect(processes).toHaveLength(5);
  expect(processes).toContainEqual({
    name: "withdrawals",
    every_minutes: 7,
    running: false,
    last_run: null,
    next_run_at: "2026-01-20T18:02:54.000Z",
  });
  expect(outgoing).toEqual({ stopped: false, why: null });
  expect(breaks).toEqual({ open: 0, newest: [] });
  expect(indexer).toEqual({
    chain_id: 31_337,
    indexed_block: "120",
    latest_block: "121",
    settled_block: "119",
    indexed_at: "2026-01-20T17:59:59.000Z",
    stale: false,
    complaint: null,
  });
});

test("a process that ran shows what it did; one without a timer says so", async () => {
  const lastRun = { startedAtMs: NOW_MS - 2_000, finishedAtMs: NOW_MS - 1_000, result: { looked: 2 }, error: null };
  const state = (name: ProcessName) => ({ name, everyMinutes: 5, lastRun, nextRunAtMs: null, running: false });
  const manual = await openApi({
    processes: async () => (["deposits", "withdrawals", "custodies", "payouts", "sync"] as const).map(state),
  });
  const { body } = await manual.get("/api/automation/status");
  expect(body).toMatchObject({ nextRun: { deposits: "Timers are off" } });
  expect((body as { processes: unknown[] }).processes[0]).toEqual({
    name: "deposits",
    every_minutes: 5,
    running: false,
    last_run: {
      started_at: "2026-01-20T17:59:58.000Z",
      finished_at: "2026-01-20T17:59:59.000Z",
      result: { looked: 2 },
      error: null,
    },
    next_run_at: null,
  });
  await manual.close();
});

test.each(["deposits", "withdrawals", "custodies", "payouts", "sync"])(
  "%s is run by hand, and says what it did",
  async (process) => {
    ran.length = 0;
    expect(await api.post("/api/automation/trigger", { process })).toMatchObject({
      status: 200,
      body: { success: true, process, result: { looked: 3, assigned: 1 } },
    });
    expect(ran).toEqual([process]);
  },
);

test.each([{ process: "todo" }, { process: 5 }, {}])("%j runs nothing, and the allowed ones are told", async (body) => {
  ran.length = 0;
  expect(await api.post("/api/automation/trigger", body)).toMatchObject({
    status: 400,
    body: {
      type: "/problems/unknown_process",
      detail: "process: no es un proceso; los permitidos son deposits, withdrawals, custodies, payouts, sync.",
      pointer: "/process",
    },
  });
  expect(ran).toEqual([]);
});

test("a process that somebody else is running, or that failed, is not called a success", async () => {
  const busy = await openApi({ runProcess: async () => ({ outcome: "busy" }) });
  expect(await busy.post("/api/automation/trigger", { process: "sync" })).toMatchObject({
    status: 409,
    body: { type: "/problems/process_running" },
  });
  await busy.close();
  const failing = await openApi({ runProcess: async () => ({ outcome: "failed", message: "el banco no responde" }) });
  expect(await failing.post("/api/automation/trigger", { process: "deposits" })).toMatchObject({
    status: 503,
    body: { detail: "Error en proceso automático deposits: el banco no responde" },
  });
  await failing.close();
});
