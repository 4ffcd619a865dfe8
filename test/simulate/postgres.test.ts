import { expect, test } from "vitest";
import { simulateOnBoth } from "../../bin/simulate/postgres/simulateOnBoth.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";

// Bank, chain and clock are simulated on purpose: what is held to each other are the two stores, and Postgres is a real one.

const SLOW_MS = 600_000;
const crowd = { betweenPaymentsMs: 2_400, amounts: 4, batch: 5 };

async function agree(payments: number, seed: number, faults: number) {
  const database = await freshDatabase();
  try {
    return await simulateOnBoth({ first: 1, payments, seed, faults, only: null, crowd }, database.url);
  } finally {
    await database.close();
  }
}

test("a world on Postgres hears what it hears in memory, makes the same history byte for byte, and leaves the same rows", {
  timeout: SLOW_MS,
}, async () => {
  const { differences, outcome, calls, rows } = await agree(8, 14, 0.15);
  expect(differences).toEqual([]);
  expect(outcome).toMatchObject({ payments: 8, duplicates: 0, lostCentavos: "0" });
  expect(outcome.completed).toBeGreaterThan(2);
  // One sale is shared with the platform, and one deposit was given back and covered.
  const told = outcome.history.join("\n");
  for (const seen of ["Pago de $100.03 completado", "la empresa pone"]) expect(told).toContain(seen);
  expect(calls).toBeGreaterThan(2_000);
  expect(rows).toBeGreaterThan(200);
});
