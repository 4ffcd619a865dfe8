import { installKey } from "../../bin/operate/installKey.ts";
import { createApp } from "../../reactor/http/createApp.ts";
import { type AppPorts, PROCESS_NAMES } from "../../reactor/http/ports.ts";
import { type PaymentView, paymentView } from "../../reactor/http/wire/paymentView.ts";
import { type Controls, pinnedOf } from "../../reactor/payments/controls.ts";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { saveMove } from "../../reactor/step/saveDecision.ts";
import { adoptControls } from "../../reactor/store/controls.ts";
import { type OpenDatabase, openDatabase } from "../../reactor/store/database.ts";
import { migrate } from "../../reactor/store/migrate.ts";
import { transactionOn } from "../../reactor/store/port.ts";
import type { Scope } from "../../reactor/store/schema/access.ts";
import { junoClabe } from "../../sandbox/clabe.ts";
import { freshDatabase, freshTables } from "../harness/freshDatabase.ts";
import { FACTS_CONTEXT } from "../store/chainView.ts";
import { judgeAnswer } from "./described.ts";

/** All that a service may have; approving is a person's. */
const SERVICE_SCOPES = ["read", "operate", "admin", "audit"] as const;

/** A CLABE of another bank, with its right check digit. */
const PAYOUT_CLABE = "002115016003269411";

/** A moment that the tests call now: a Tuesday in January. */
export const NOW_MS = Date.parse("2026-01-20T18:00:00.000Z");

/** A deposit CLABE of Juno's that no test has used yet. */
export function newClabe(): string {
  clabes++;
  return junoClabe(String(clabes).padStart(11, "0"));
}
let clabes = 0;

/** A payment that nothing is wrong with; each call is another customer's. */
export function goodPayment() {
  customers++;
  return {
    amount: "15000.00",
    payer: { id: `cliente-${customers}`, name: "Compradora de Prueba" },
    recipient: { legal_name: "Vendedora de Prueba SA de CV" },
    payout_clabe: PAYOUT_CLABE,
    custody_days: 5,
  };
}
let customers = 0;

/**
 * The API on a real Postgres. The processes, the bank and the indexer are small functions in memory: they are other rooms,
 * driven for real in test/journeys; what is tested here is what the API makes of their answers.
 * @param postgresUrl of another server than the run's.
 */
export async function openApi(change: Partial<AppPorts> = {}, postgresUrl?: string) {
  const database = postgresUrl === undefined ? await freshTables() : await freshDatabase(postgresUrl);
  await migrate(database.url);
  const opened = openDatabase(database.url, 8, () => undefined);
  await adoptControls(opened.db, FIRST_LANE, CONFIGURED);
  const { text: apiKey } = await installKey(database.url, { name: "prueba", kind: "service", scopes: SERVICE_SCOPES });
  const heard = {
    wakes: 0,
    doorbells: 0,
    asked: 0,
    shown: [] as string[],
    failures: [] as unknown[],
    closing: new AbortController(),
  };
  const app = createApp({ ...portsOn(opened, heard), ...change });

  async function send(key: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const response = await app.request(path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(text !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    });
    const answered: unknown = await response.json();
    judgeAnswer(method, path, response, answered);
    return { status: response.status, headers: response.headers, body: answered };
  }

  const withKey = (key: string) => ({
    get: (path: string) => send(key, "GET", path),
    patch: (path: string, body: unknown) => send(key, "PATCH", path, body),
    post: (path: string, body: unknown, headers?: Record<string, string>) => send(key, "POST", path, body, headers),
  });

  return {
    app,
    heard,
    apiKey,
    send: (method: string, path: string, body: unknown, headers: Record<string, string>) =>
      send(apiKey, method, path, body, headers),
    url: database.url,
    ...withKey(apiKey),
    /** What a person does with a key of their own, which is made for it. */
    async person(name: string, scopes: readonly Scope[]) {
      const { text } = await installKey(database.url, { name, kind: "person", scopes });
      return { key: text, ...withKey(text) };
    },
    db: opened.db,
    pool: database.pool,
    /** Creates a payment that must succeed, and reads it by its own schema. */
    async create(change: object = {}): Promise<PaymentView> {
      const { status, body } = await send(apiKey, "POST", "/api/payments", { ...goodPayment(), ...change });
      if (status !== 201) throw new Error(`The payment was answered ${status}: ${JSON.stringify(body)}`);
      return paymentView.parse(body);
    },
    /** Every row of every table that a refused payment could have left something in. */
    async countRows(): Promise<number> {
      const tables = ["customer", "payment", "party", "leg", "idempotency_key", "claim"];
      const counts = tables.map((table) => `(select count(*) from kustodia.${table})`);
      // The test's own keys were there before.
      counts.push("(select count(*) from kustodia.event where type <> 'clave_creada')");
      const { rows } = await database.pool.query<{ n: string }>(`select ${counts.join(" + ")} as n`);
      return Number(rows[0]?.n);
    },
    async close() {
      heard.closing.abort();
      await opened.close();
      await database.close();
    },
  };
}

/** As `reactor/config.ts` has them when nothing is said, and the addresses that the tests' facts know. */
const CONFIGURED: Controls = {
  ...{ payout_ceiling: "1000000000", hour_ceiling: "2000000000", day_ceiling: "10000000000", allowance: "1000000000" },
  ...pinnedOf(FACTS_CONTEXT),
};

type Heard = {
  wakes: number;
  doorbells: number;
  asked: number;
  shown: string[];
  failures: unknown[];
  closing: AbortController;
};

function portsOn(opened: OpenDatabase, heard: Heard): AppPorts {
  const listeners = new Set<() => void>();
  const fine = { ok: true, detail: "responde" };
  return {
    db: opened.db,
    replica: null,
    approveAfterMs: 0,
    eraseAfterMs: 3_653 * 86_400_000,
    facts: FACTS_CONTEXT,
    move: (tx, ...move) => saveMove(transactionOn(tx), ...move),
    rateLimits: { keyPerMinute: 100_000, addressPerMinute: 100_000 },
    configured: CONFIGURED,
    mailsParties: true,
    bankLimits: { operationCentavos: null, dayCentavos: null },
    corsOrigins: [],
    monotonicMs: () => performance.now(),
    nowMs: () => NOW_MS,
    runProcess: async () => ({ outcome: "done", result: { looked: 3 } }),
    processes: async () =>
      PROCESS_NAMES.map((name) => ({
        name,
        everyMinutes: { deposits: 5, withdrawals: 7, custodies: 10, payouts: 15, sync: 60 }[name],
        lastRun: null,
        nextRunAtMs: NOW_MS + 174_000,
        running: false,
      })),
    shadow: false,
    freshness: async () => ({
      chainId: FACTS_CONTEXT.chainId,
      indexedBlock: 120n,
      latestBlock: 121n,
      settledBlock: 119n,
      indexedAtMs: NOW_MS - 1_000,
      stale: false,
      complaint: null,
    }),
    probes: async () => ({ database: fine, indexer: fine, rpc: fine, bank: fine }),
    metrics: async () => "kustodia_database_up 1\n",
    askForClabe: async () => {
      heard.asked++;
      return { ok: true, clabe: newClabe() };
    },
    refuseWebhookUrl: async (url) => (url.includes("privado") ? "la dirección 10.0.0.1 no está permitida" : null),
    sandboxDeposit: null,
    onEvent: (heardEvent) => {
      listeners.add(heardEvent);
      return () => listeners.delete(heardEvent);
    },
    closing: heard.closing.signal,
    wake: () => {
      heard.wakes++;
    },
    show: (event) => {
      for (const heardEvent of listeners) heardEvent();
      heard.shown.push(event.type);
    },
    doorbell: () => {
      heard.doorbells++;
    },
    failed: (_doing, error) => {
      heard.failures.push(error);
    },
  };
}
