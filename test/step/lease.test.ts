import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTokenState } from "../../reactor/chain/readTokenState.ts";
import { raiseFence } from "../../reactor/standing.ts";
import { chainTransaction, leg } from "../../reactor/store/schema/index.ts";
import { moneyRequests } from "../faults/support/bankRequests.ts";
import { soon } from "../juno/sandboxBank.ts";
import { type Claimed, openIdleReactor, orderAtBank } from "./idleReactor.ts";

const idle = await openIdleReactor();
afterAll(() => idle.close());
const { reactor, db, bank, claimed, claimAgain, attemptsOf, sendBack } = idle;
beforeAll(async () => {
  await idle.fund("90000.00");
  await raiseFence(reactor);
});
const nonces = (one: Claimed) => db.select().from(chainTransaction).where(eq(chainTransaction.legId, one.leg.id));

test("under its lease it orders, once, and takes a nonce, once", async () => {
  const ordered = await claimed("custody", "withdrawing");
  expect(await orderAtBank(reactor, ordered.lease, [{ ...ordered, action: "withdraw" }])).toBe(1);
  expect(await attemptsOf(ordered.leg)).toMatchObject([{ outcome: "done" }]);
  expect(await ordersAtBank()).toBe(1);
  // From here on the bridge has the MXNB that a return sends back, so that only the lease can stop one.
  await soon(async () => {
    const { balancesBaseUnits } = await readTokenState(reactor.world.chain);
    expect(balancesBaseUnits.bridge).toBeGreaterThan(0n);
  });
  const returning = await claimed("custody", "returning");
  await sendBack(returning);
  expect(await nonces(returning)).toHaveLength(1);
});

/** What happened while the reactor stood still that had claimed the leg. */
const MEANWHILE: Readonly<Record<string, (one: Claimed) => Promise<unknown>>> = {
  "its lease ran out": (one) => ranOut(one),
  "it was claimed anew, by the same reactor": async (one) => {
    await ranOut(one);
    await claimAgain();
  },
  "another reactor has it": ({ leg: { id } }) => db.update(leg).set({ leaseHolder: 999 }).where(eq(leg.id, id)),
  "a person has moved it": ({ leg: { id } }) => db.update(leg).set({ version: sql`version + 1` }).where(eq(leg.id, id)),
};
const ranOut = ({ leg: { id } }: Claimed) =>
  db.update(leg).set({ leaseUntilMs: sql`lease_until - interval '1 hour'` }).where(eq(leg.id, id));

const ordersAtBank = async () => (await moneyRequests(bank)).length;

describe.each(Object.entries(MEANWHILE))("a reactor that stood still since its claim while %s", (_what, happens) => {
  test("stores no intent for the bank and sends nothing: what it decided may be hours old", async () => {
    const one = await claimed("custody", "withdrawing");
    const before = await ordersAtBank();
    await happens(one);
    expect(await orderAtBank(reactor, one.lease, [{ ...one, action: "withdraw" }])).toBe(0);
    expect(await attemptsOf(one.leg)).toEqual([]);
    expect(await ordersAtBank()).toBe(before);
  });

  test("between intent and sending sends nothing, and says so", async () => {
    const one = await claimed("custody", "withdrawing");
    const before = await ordersAtBank();
    const stopped: typeof reactor = {
      ...reactor,
      passing: async (point) => {
        if (point === "after_intent") await happens(one);
      },
    };
    await orderAtBank(stopped, one.lease, [{ ...one, action: "withdraw" }]);
    expect(await attemptsOf(one.leg)).toMatchObject([
      { outcome: "refused", when: "not_now", reason: "stale_intent", evidence: { sent: false } },
    ]);
    expect(await ordersAtBank()).toBe(before);
  });

  test("takes no nonce for the chain", async () => {
    const one = await claimed("custody", "returning");
    await happens(one);
    await sendBack(one);
    expect(await attemptsOf(one.leg)).toEqual([]);
    expect(await nonces(one)).toEqual([]);
  });
});
