import { execFile } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { readPidFile } from "../../bin/stack/pidFile.ts";
import { isRunning } from "../../bin/stack/processStart.ts";
import { endBySignal, START_PROGRAM, startWhole } from "../harness/startWhole.ts";
import { wholeFolder } from "../harness/wholeFolder.ts";
import { apiOf } from "../journeys/support/api.ts";
import { createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";

const WHOLE_MS = 400_000;

const folder = wholeFolder();

type Said = Readonly<{ code: number; out: string; err: string }>;

/** `npm run reconcile -- …` or `npm run rebuild -- …` as a person types it, over this test's state folder. */
function command(file: string, ...args: readonly string[]): Promise<Said> {
  const env = { ...process.env, NO_COLOR: "1", KUSTODIA_STATE_FOLDER: folder.path };
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      ["--import", "tsx", resolve(`bin/${file}.ts`), ...args],
      { env },
      (_, out, err) => done({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

const AGREED = {
  ...{ payments: 1, matched: 1, breaks: 0, differenceCentavos: 0 },
  ...{ rpcCalls: expect.any(Number), bankCalls: expect.any(Number), elapsedMs: expect.any(Number) },
};

/** Its one line of JSON, with nothing before or after it. */
function figuresOf({ out }: Said): Readonly<Record<string, number>> {
  expect(out.trim().split("\n")).toHaveLength(1);
  return JSON.parse(out);
}

async function readings(): Promise<number> {
  const client = new pg.Client({ connectionString: folder.placeOf("Base de datos") });
  await client.connect();
  const { rows } = await client.query<{ count: number }>("select count(*)::int as count from kustodia.reconciliation");
  await client.end();
  return rows[0]?.count ?? 0;
}

test(
  "reconcile and rebuild read a system that runs, one that was stopped, and what a kill -9 left, of which they end the rest",
  async () => {
    expect(await command("reconcile", "--json")).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringMatching(/npm start/),
    });
    expect(await command("reconcile", "--loud")).toMatchObject({ code: 2, out: "" });
    expect(await command("rebuild")).toMatchObject({ code: 2, err: expect.stringContaining("--check") });

    const first = await startWhole(folder.path, START_PROGRAM, [], { TIMERS: "off" });
    const api = apiOf({ url: first.api }, { apiKey: folder.apiKey() });
    const payment = await createPayment(api, { amount: "1500.00", customer: "compradora" });
    await payDeposit({ url: folder.placeOf("Banco de pruebas") }, payment);
    await untilStatus(api, payment.id, "completed");

    const running = await command("reconcile", "--json");
    expect(running.err).toContain("en marcha / running");
    expect([running.code, figuresOf(running)]).toEqual([0, AGREED]);
    const whole = figuresOf(await command("reconcile", "--json", "--full"));
    const recent = figuresOf(await command("reconcile", "--json"));
    expect([whole, recent]).toEqual([AGREED, AGREED]);
    expect((await command("rebuild", "--check")).code).toBe(0);
    const kept = await readings();
    expect(kept).toBeGreaterThanOrEqual(3);

    await endBySignal(folder.path, first.program, "SIGINT");
    const stopped = await command("reconcile", "--json");
    expect(stopped.err).toContain("levantado para leer / brought up to be read");
    expect([stopped.code, figuresOf(stopped)]).toEqual([0, AGREED]);
    expect((await command("rebuild", "--check")).code).toBe(0);

    const second = await startWhole(folder.path, START_PROGRAM, [], { TIMERS: "off" });
    // What was only read kept no reading, and what was only a copy is still what it was.
    expect(await readings()).toBe(kept);
    const left = readPidFile(folder.path)?.children ?? [];
    second.program.kill("SIGKILL");
    await once(second.program, "exit");
    expect(left.some(isRunning)).toBe(true);
    const killed = await command("reconcile", "--json");
    expect([killed.code, figuresOf(killed)]).toEqual([0, AGREED]);
    expect(left.filter(isRunning)).toEqual([]);
    expect((readPidFile(folder.path)?.children ?? []).filter(isRunning)).toEqual([]);
  },
  WHOLE_MS,
);
