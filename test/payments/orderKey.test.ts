import fc from "fast-check";
import { expect, test } from "vitest";
import { type OrderName, orderKey } from "../../reactor/payments/orderKey.ts";
import type { SendAction } from "../../reactor/payments/table.ts";

/** RFC 9562, version 4, variant 10: what the bank was seen to accept. */
const V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const order = fc.record({
  installationId: fc.uuid(),
  paymentId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  legId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  action: fc.constantFrom<SendAction>(
    "withdraw",
    "redeem",
    "registerAccount",
    "createEscrow",
    "release",
    "returnToJuno",
  ),
  generation: fc.nat(50),
});

test("a key has the form of a v4 UUID and is the same for the same order", () => {
  fc.assert(
    fc.property(order, (name) => {
      expect(orderKey(name)).toMatch(V4);
      expect(orderKey({ ...name })).toBe(orderKey(name));
    }),
  );
});

test("an order that differs in anything has another key", () => {
  const drawnOrders = fc.uniqueArray(order, { selector: (name) => JSON.stringify(name), maxLength: 40 });
  fc.assert(
    fc.property(drawnOrders, (names) => {
      expect(new Set(names.map(orderKey)).size).toBe(names.length);
    }),
  );
});

test("numbers that run together do not make two orders one", () => {
  const installationId = "6f1f8d0a-3a52-4f25-9d1a-9f60d1f0c001";
  const keyOf = (paymentId: number, legId: number) =>
    orderKey({ installationId, paymentId, legId, action: "redeem", generation: 0 } satisfies OrderName);
  expect(keyOf(1, 11)).not.toBe(keyOf(11, 1));
});

test("the keys of orders already sent never change", () => {
  // Derived once by Python's uuid5: a program that names it otherwise after an update would pay an open order again.
  const installationId = "6f1f8d0a-3a52-4f25-9d1a-9f60d1f0c001";
  expect(orderKey({ installationId, paymentId: 81, legId: 3, action: "redeem", generation: 0 })).toBe(
    "c18cea89-aa0f-41d0-b0a2-b1042e4b1249",
  );
});
