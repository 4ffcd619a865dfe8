import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { createCellPayment } from "../../bin/certify/createCellPayment.ts";
import { openSystem, type System } from "../../bin/certify/openSystem.ts";
import { deposit } from "../../bin/demo/api.ts";
import { until } from "../../bin/stack/until.ts";
import { answers, waitUntilReady } from "../../bin/stack/waitUntilReady.ts";
import { lastStage } from "../../test/image/readFiles.ts";
import { sealStored, storePayments } from "../api/storePayments.ts";
import type { Measured, Settings } from "../measured.ts";
import { withParts } from "../withParts.ts";

/** An hour of one bank account: its 300 calls a minute are enough for one payment each two seconds. */
const HOUR_OF_PAYMENTS = 1_800;
const WHOLE = { stored: 1_000_000, atOnce: 40, settleMs: 10_000, looks: 4 };
const TINY = { stored: 100, atOnce: 2, settleMs: 100, looks: 1 };
const FEW = 2;
const USUAL_SECONDS = 60;
/** What one process may take, MB, and how much more of it after the last quarter of the hour than after the first. */
const MOST_MB = 200;
const MOST_GROWTH = 1.1;
const ASK_EVERY_MS = 100;
const READY_WITHIN_MS = 60_000;
const PAID_WITHIN_MS = 600_000;

/**
 * How much memory a reactor's process holds: with a million payments stored, before, during and after the payments of an
 * hour, which it moves on real parts as fast as they let it, with its API asked ten times a second meanwhile.
 */
export function benchMemory({ tiny, seconds, say }: Settings): Promise<Measured> {
  const { stored, atOnce, settleMs, looks } = tiny ? TINY : WHOLE;
  const payments = tiny ? FEW : Math.round((HOUR_OF_PAYMENTS * seconds) / USUAL_SECONDS);
  return withParts(async ({ checkout, supervisor, postgresUrl }) => {
    const system = await openSystem(supervisor, checkout, postgresUrl, "one-step");
    try {
      say(`storing ${stored} payments …`);
      await storePayments(system.databaseUrl, { from: 1, to: stored, eventsEach: 2 });
      await sealStored(system.databaseUrl);
      const reactor = await system.launchReactor({}, flagsOfTheImage());
      await waitUntilReady(reactor, READY_WITHIN_MS, () => answers(`${system.apiUrl}/ready`));
      await sleep(settleMs);
      const begunMb = residentMb(reactor.pid);
      say(`${begunMb} MB at rest; ${payments} payments, ${atOnce} at once …`);
      const asking = keepAsking(system);
      const quartersMb: number[] = [];
      const beganAt = performance.now();
      for (let quarter = 0; quarter < looks; quarter++) {
        const [from, to] = [quarter, quarter + 1].map((part) => Math.round((payments * part) / looks)) as [
          number,
          number,
        ];
        await payAll(system, { from, to, atOnce });
        quartersMb.push(residentMb(reactor.pid));
        say(`${to} payments: ${quartersMb.at(-1)} MB`);
      }
      const tookS = Math.round((performance.now() - beganAt) / 1_000);
      const asked = await asking.stop();
      await sleep(settleMs);
      return measured({ stored, payments, tookS, asked, begunMb, quartersMb, restMb: residentMb(reactor.pid) });
    } finally {
      await system.close();
    }
  });
}

/** What the image tells Node beside our program: how it collects garbage is most of what a process holds. */
const flagsOfTheImage = () => lastStage("CMD").filter((word) => word.startsWith("--"));

/** What of a process's memory is in RAM, whole MB. */
function residentMb(pid: number): number {
  const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  if (kb === undefined) throw new Error(`Process ${pid} says nothing of its memory.`);
  return Math.round(Number(kb) / 1_024);
}

/** Creates payments and pays their deposits, and waits until all of them are paid to their end. */
async function payAll(
  system: System,
  { from, to, atOnce }: Readonly<{ from: number; to: number; atOnce: number }>,
): Promise<void> {
  const limit = pLimit(atOnce);
  const one = async (n: number) => {
    const payment = await createCellPayment(system, system.apiUrl, n);
    await deposit(system.sandbox.url, { clabe: payment.depositClabe, amount: payment.amount });
    await until(`payment ${payment.id} paid`, PAID_WITHIN_MS, () => isPaid(system, payment.id));
  };
  await Promise.all(Array.from({ length: to - from }, (_, nth) => limit(() => one(from + nth))));
}

async function isPaid({ database: { pool } }: System, id: number): Promise<true | undefined> {
  const { rows } = await pool.query("select from kustodia.payment where id = $1 and status = 'completed'", [id]);
  return rows.length === 1 ? true : undefined;
}

/** Asks for status, the newest payments and a search, by turns, until it is stopped. */
function keepAsking({ apiUrl, apiKey }: System): Readonly<{ stop(): Promise<number> }> {
  const paths = ["/api/automation/status", "/api/payments?limit=20", "/api/payments?limit=20&q=compradora"];
  let asked = 0;
  let stopping = false;
  const ask = async () => {
    while (!stopping) {
      const path = paths[asked % paths.length] ?? "";
      const answer = await fetch(apiUrl + path, { headers: { authorization: `Bearer ${apiKey}` } });
      await answer.text();
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}.`);
      asked += 1;
      await sleep(ASK_EVERY_MS);
    }
  };
  const asking = ask();
  // What fails is told at the end.
  asking.catch(() => undefined);
  return {
    async stop() {
      stopping = true;
      await asking;
      return asked;
    },
  };
}

type Seen = Readonly<{
  stored: number;
  payments: number;
  tookS: number;
  asked: number;
  begunMb: number;
  quartersMb: readonly number[];
  restMb: number;
}>;

function measured({ stored, payments, tookS, asked, begunMb, quartersMb, restMb }: Seen): Measured {
  const mostMb = Math.max(...quartersMb, restMb);
  const growth = (quartersMb.at(-1) ?? 0) / (quartersMb[0] ?? 1);
  return {
    settings: { stored_before: stored, payments, questions_to_the_api: asked },
    figures: { begunMb, mostMb, restMb, growth },
    details: {
      "after each quarter, MB": quartersMb.join(", "),
      "the hour took, s": tookS,
      "payments a second": (payments / tookS).toFixed(1),
    },
    wrong: [],
    missed: [
      ...(mostMb < MOST_MB ? [] : [`The process took ${mostMb} MB, not under ${MOST_MB} MB.`]),
      ...(growth <= MOST_GROWTH ? [] : [`After the last quarter it took ${growth.toFixed(2)}× of after the first.`]),
    ],
  };
}
