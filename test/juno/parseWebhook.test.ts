import fc from "fast-check";
import { expect, test } from "vitest";
import { parseWebhook } from "../../reactor/juno/parseWebhook.ts";

test.each([
  [
    "a transaction that has ended, as it says",
    { event: "TRANSACTION", payload: { type: "ISSUANCE", id: "i-1", status: "COMPLETE", issuance: {} } },
    { kind: "transaction", id: "i-1", type: "ISSUANCE", saysOver: true },
  ],
  [
    "a transaction that goes on",
    { event: "TRANSACTION", payload: { type: "REDEMPTION", id: "r-1", status: "IN_PROGRESS" } },
    { kind: "transaction", id: "r-1", type: "REDEMPTION", saysOver: false },
  ],
  [
    "a transaction of a type never heard of",
    { event: "TRANSACTION", payload: { type: "TRANSFER", id: "i-1" } },
    { kind: "transaction", id: "i-1", saysOver: false },
  ],
  ["Bitso's funding event", { event: "funding", payload: { fid: "f-1" } }, { kind: "spei_deposit", fid: "f-1" }],
  ["an invented event", { event: "paid", payload: { id: "i-1" } }, { kind: "unrecognised" }],
  ["an endless id", { event: "TRANSACTION", payload: { id: "i".repeat(101) } }, { kind: "unrecognised" }],
])("%s", (_what, body, doorbell) => {
  expect(parseWebhook(body)).toEqual(doorbell);
});

test("no body throws", () => {
  fc.assert(
    fc.property(fc.anything(), (body) => {
      expect(parseWebhook(body)).toEqual({ kind: "unrecognised" });
    }),
  );
});
