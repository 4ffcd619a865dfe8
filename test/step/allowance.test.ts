import { afterAll, expect, test } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { readTokenState } from "../../reactor/chain/readTokenState.ts";
import { keepAllowance, moveLane } from "../../reactor/lane.ts";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { BASE_UNITS_PER_CENTAVO } from "../../reactor/payments/money.ts";
import { changeControl } from "../../reactor/store/controls.ts";
import { openIdleReactor } from "./idleReactor.ts";

const WITHIN_MS = 20_000;
const idle = await openIdleReactor({ ALLOWANCE_PESOS: "5000" });
afterAll(() => idle.close());
const { reactor, db } = idle;

const baseUnits = (pesos: bigint) => pesos * 100n * BASE_UNITS_PER_CENTAVO;

/** Lets the lane work until the chain shows this allowance, pesos. @returns what it then shows, base units. */
async function allowed(pesos: bigint): Promise<bigint> {
  await reactor.store.ensureSigner(reactor.signer.address, 0);
  return until(`an allowance of ${pesos} pesos`, WITHIN_MS, async () => {
    await keepAllowance(reactor);
    await moveLane(reactor);
    const { allowanceBaseUnits } = await readTokenState(reactor.world.chain);
    return allowanceBaseUnits === baseUnits(pesos) ? allowanceBaseUnits : undefined;
  });
}

test("the escrow may draw what is in force, more of it or less as soon as two persons have changed it", async () => {
  expect(await allowed(5_000n)).toBe(baseUnits(5_000n));
  const change = { name: "allowance", lane: FIRST_LANE, setBy: ["Ana", "Beto"], reason: "prueba" } as const;
  await changeControl(db, { ...change, version: 2, value: "2000000" });
  expect(await allowed(20_000n)).toBe(baseUnits(20_000n));
  await changeControl(db, { ...change, version: 3, value: "200000" });
  expect(await allowed(2_000n)).toBe(baseUnits(2_000n));
});
