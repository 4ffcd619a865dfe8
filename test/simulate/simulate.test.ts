import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { shrink } from "../../bin/simulate/shrink.ts";
import { type Outfit, simulate } from "../../bin/simulate/simulate.ts";
import { worldsOf } from "../../bin/simulate/simulateWorlds.ts";
import type { Sabotage } from "../../bin/simulate/startReactor.ts";
import { CRASH_POINTS } from "../../reactor/reactor.ts";
import * as broken from "./sabotages.ts";

// The world is simulated here on purpose: this tests the simulator itself, and what it shows of the real step.

const SLOW_MS = 600_000;
const run = promisify(execFile);
const crowd = { betweenPaymentsMs: 2_400, amounts: 24, batch: 20 };
const world = (payments: number, seed: number, faults: number) => ({
  ...{ first: 1, payments, crowd, seed, faults, only: null },
});

/** The digest of a whole history, made by the command in a process of its own. */
async function historyOf(seed: string): Promise<string> {
  const command = ["--import", "tsx", "bin/simulate.ts", "--payments", "30", "--seed", seed, "--faults", "0.1"];
  const { stdout } = await run(process.execPath, command, { cwd: new URL("../..", import.meta.url) });
  return /^history [0-9a-f]{64}$/m.exec(stdout)?.[0] ?? stdout;
}

test("the same seed gives the same history, byte for byte, in another process too; another seed another one", {
  timeout: SLOW_MS,
}, async () => {
  const once = await historyOf("7");
  expect(once).toMatch(/^history [0-9a-f]{64}$/);
  expect(await historyOf("7")).toBe(once);
  expect(await historyOf("8")).not.toBe(once);
});

test("several worlds have each the same history, whether one process lives them or three", {
  timeout: SLOW_MS,
}, async () => {
  const command = (processes: string) => ["--import", "tsx", "test/simulate/threeWorlds.ts", processes];
  const cwd = new URL("../..", import.meta.url);
  const { stdout: inOne } = await run(process.execPath, command("1"), { cwd });
  const { stdout: inThree } = await run(process.execPath, command("3"), { cwd });
  expect(inOne).toMatch(/^(10 [0-9a-f]{64}\n){3}$/);
  expect(new Set(inOne.split("\n")).size).toBe(4);
  expect(inThree).toBe(inOne);
});

test("a run's worlds are all its payments, differ in size and crowding by the seed, and the first is the most crowded", () => {
  const run = { payments: 3_000, faults: 0.05, only: null };
  const worlds = worldsOf({ ...run, seed: 1 });
  expect(worlds.reduce((next, { first, payments }) => (first === next ? next + payments : Number.NaN), 1)).toBe(3_001);
  for (const of of ["betweenPaymentsMs", "amounts", "batch"] as const) {
    expect(new Set(worlds.map(({ crowd }) => crowd[of])).size).toBeGreaterThan(3);
  }
  expect(worlds[0]?.crowd).toEqual({ betweenPaymentsMs: 300, amounts: 3, batch: 100 });
  expect(worldsOf({ ...run, seed: 1 })).toEqual(worlds);
  expect(worldsOf({ ...run, seed: 2 })).not.toEqual(worlds);
});

test("--json ends with one line of figures", { timeout: SLOW_MS }, async () => {
  const command = ["--import", "tsx", "bin/simulate.ts", "--payments", "5", "--seed", "1", "--faults", "0", "--json"];
  const { stdout } = await run(process.execPath, command, { cwd: new URL("../..", import.meta.url) });
  const figures: Record<string, unknown> = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  expect(Object.keys(figures).join()).toBe(
    "seed,payments,completed,review,faults,crashes,duplicates,lostCentavos,elapsedMs",
  );
  expect(figures).toMatchObject({ seed: 1, payments: 5, completed: 5, faults: 0, duplicates: 0, lostCentavos: 0 });
});

test("what must never happen ends the command with code 1, the shortest history and how to see it again", {
  timeout: SLOW_MS,
}, async () => {
  const harm = ["--import", "tsx", "--import", "./test/simulate/paysTwice.ts"];
  const command = [...harm, "bin/simulate.ts", "--payments", "5", "--seed", "1", "--faults", "0"];
  const failed: unknown = await run(process.execPath, command, { cwd: new URL("../..", import.meta.url) }).catch(
    (error: unknown) => error,
  );
  expect(failed).toMatchObject({ code: 1 });
  const { stdout } = failed as { stdout: string };
  expect(stdout).toMatch(/✗ no stored intent explains the REDEMPTION [0-9a-f-]{36}/);
  expect(stdout).toMatch(
    /The shortest history that shows it, with 1 of the 5 payments of its world:\n {2}2026-01-05T12:/,
  );
  expect(stdout).toMatch(/payment \d: Pago de \$[\d,.]+ autorizado/);
  const [, again = "", only = ""] = /^Again: npm run simulate -- (.* --only (\d))$/m.exec(stdout) ?? [];
  const repeated: unknown = await run(process.execPath, [...harm, "bin/simulate.ts", ...again.split(" ")], {
    cwd: new URL("../..", import.meta.url),
  }).catch((error: unknown) => error);
  expect(repeated).toMatchObject({ code: 1, stdout: expect.stringContaining(`with 1 of the 5 payments`) });
  expect(repeated).toMatchObject({ stdout: expect.stringContaining(`--only ${only}\n`) });
});

test("without faults every payment that is paid in completes", { timeout: SLOW_MS }, async () => {
  const { completed, ended, review, faults, violations } = await simulate(world(30, 1, 0));
  expect(violations).toEqual([]);
  expect({ faults, review, all: completed + ended }).toEqual({ faults: 0, review: 0, all: 30 });
  expect(completed).toBeGreaterThan(25);
});

/** What two persons do beside judging, as the history tells it. */
const BY_PEOPLE = [
  "Custodia extendida",
  "Cuenta del beneficiario corregida",
  "la empresa pone",
  "sends back what came for",
];

test("60 payments with faults, reorgs and a crash at every point: none is paid twice, no centavo is lost", {
  timeout: SLOW_MS,
}, async () => {
  const outcome = await simulate(world(60, 3, 0.15));
  expect(outcome.violations).toEqual([]);
  expect(outcome).toMatchObject({ duplicates: 0, lostCentavos: "0" });
  expect(outcome.completed + outcome.review + outcome.ended).toBe(60);
  expect(outcome.completed).toBeGreaterThan(40);
  expect(outcome.faults).toBeGreaterThan(100);
  for (const point of CRASH_POINTS) expect(outcome.at[point]).toBeGreaterThan(0);
  const told = outcome.history.join("\n");
  for (const seen of BY_PEOPLE) expect(told).toContain(seen);
  for (const seen of ["isputa", "Ana stops the money", "webhook lost", "timeout after acceptance", "stand still"]) {
    expect(told).toContain(seen);
  }
});

describe("the simulator can fail:", () => {
  test.each<[string, Sabotage, RegExp]>([
    [
      "an order is repeated under another key",
      broken.drawsNewKeys,
      /(payouts|withdrawals of its amount) went out|que ninguna orden explica/,
    ],
    ["an order leaves without a stored intent", broken.forgetsIntents, /no stored intent explains/],
    ["IN_PROGRESS is taken for paid", broken.believesAcceptance, /completed, but \d+ of \d+ base units were paid/],
    ["the newest block is taken for a settled one", broken.settlesAtOnce, /a reorg may still take its escrow away/],
    [
      "a leg goes where its row has no exit to",
      broken.skipsStates,
      /moved from "account" to "redeeming", which no row/,
    ],
    ["a leg is forgotten", broken.forgetsLegs, /stands in "\w+" without due time, deadline or lease/],
    ["the books void what was paid", broken.voidsPayouts, /the books are not what bank and chain say/],
  ])("%s", { timeout: SLOW_MS }, async (_, sabotage, message) => {
    const options = world(60, 13, 0.15);
    const outcome = await simulate(options, sabotage);
    expect(outcome.violations.map((violation) => violation.message).join("\n")).toMatch(message);
    const shortest = await shrink(options, outcome, sabotage);
    expect(shortest.history.join("\n")).toContain("VIOLATION");
  });

  test("a seller is paid whose deposit the bank gave back", { timeout: SLOW_MS }, async () => {
    const { violations } = await simulate(world(60, 2, 0.15), broken.paysOutOfReview);
    expect(violations.map(({ message }) => message).join("\n")).toMatch(/was paid while its deposit was a person's/);
  });

  test.each<[string, Outfit, RegExp]>([
    ["the bank keeps some of an order", broken.keepsTheChange, /base units are nowhere/],
    ["the books lose an entry", broken.losesEntries, /the books add up to -?\d+ centavos and not to nothing/],
  ])("%s", { timeout: SLOW_MS }, async (_, outfit, message) => {
    const outcome = await simulate(world(30, 5, 0.15), undefined, outfit);
    expect(outcome.violations.map((violation) => violation.message).join("\n")).toMatch(message);
  });
});
