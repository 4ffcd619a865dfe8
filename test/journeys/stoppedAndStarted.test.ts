import { once } from "node:events";
import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import type { AuditedSystem } from "../../bin/audit/auditedSystem.ts";
import { openStateFolder, removeState } from "../../bin/stack/openStateFolder.ts";
import { endBySignal, START_PROGRAM, type StartedWhole, startWhole } from "../harness/startWhole.ts";
import { openTestFolder } from "../harness/testFolder.ts";
import { type Api, apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { type CreatedPayment, createPayment } from "./support/createPayment.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { untilEvent } from "./support/untilEvent.ts";
import { untilRebuilt } from "./support/untilRebuilt.ts";
import { untilStatus } from "./support/untilStatus.ts";

const STEP_MS = 60_000;
const COMPLETE_WITHIN_MS = 120_000;
/** Ends while the system is down, or soon after. */
const CUSTODY_MS = 10_000;

const folder = openTestFolder();
const stateFolder = folder.pathOf("state");
const pools: pg.Pool[] = [];
let whole: StartedWhole | null = null;
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  if (whole !== null) await endBySignal(stateFolder, whole.program, "SIGINT");
  removeState(openStateFolder(stateFolder));
  folder.remove();
});

type Running = Readonly<{ whole: StartedWhole; api: Api; books: AuditedSystem }>;

/** The system as a person starts it, and where its three books are, as it says itself. */
async function start(): Promise<Running> {
  whole = await startWhole(stateFolder, START_PROGRAM);
  const { places, deployment } = openStateFolder(stateFolder);
  const said = readFileSync(places, "utf8");
  const place = (label: string) => new RegExp(`${label} +(\\S+)`).exec(said)?.[1] ?? "";
  const pool = new pg.Pool({ connectionString: place("Database") });
  // Its server is stopped under it: that is what this journey is about.
  pool.on("error", () => undefined);
  pools.push(pool);
  return {
    whole,
    api: apiOf({ url: whole.api }, { apiKey: place("API key") }),
    books: {
      database: { pool },
      sandbox: { url: place("Bank sandbox") },
      anvil: { rpcUrl: place("Chain RPC") },
      contracts: JSON.parse(readFileSync(deployment, "utf8")),
    },
  };
}

const everPaid: CreatedPayment[] = [];

/** One payment in custody, and one whose withdrawal has just been ordered. */
async function twoUnderWay({ api, books }: Running): Promise<readonly CreatedPayment[]> {
  const { pool } = books.database;
  const ahead = await createPayment(api, { amount: "1500.00", customer: "compradora", custodyMs: CUSTODY_MS });
  const behind = await createPayment(api, { amount: "2750.25", customer: "comprador", custodyMs: CUSTODY_MS });
  await payDeposit(books.sandbox, ahead);
  await untilEvent(pool, "custodia_activa", STEP_MS, ({ paymentId }) => paymentId === ahead.id);
  await payDeposit(books.sandbox, behind);
  await untilEvent(pool, "retiro_iniciado", STEP_MS, ({ paymentId }) => paymentId === behind.id);
  return [ahead, behind];
}

async function allPaidOnce({ api, books }: Running, payments: readonly CreatedPayment[]): Promise<void> {
  for (const { id } of payments) await untilStatus(api, id, "completed", COMPLETE_WITHIN_MS);
  everPaid.push(...payments);
  await booksAgree(
    books,
    everPaid.map((payment) => ({ ...payment, stage: "paid" })),
  );
  await untilRebuilt({ KUSTODIA_STATE_FOLDER: stateFolder });
}

test("stopped by Ctrl-C in mid-payment and started again, the system goes on and pays once; so it does after a kill -9", async () => {
  const first = await start();
  const stopped = await twoUnderWay(first);
  expect(await endBySignal(stateFolder, first.whole.program, "SIGINT")).toBeLessThan(10_000);
  const second = await start();
  await allPaidOnce(second, stopped);

  const killed = await twoUnderWay(second);
  second.whole.program.kill("SIGKILL");
  await once(second.whole.program, "exit");
  const third = await start();
  await allPaidOnce(third, killed);
}, 300_000);
