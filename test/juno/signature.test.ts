import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRedemption } from "../../reactor/juno/createRedemption.ts";
import { listTransactions } from "../../reactor/juno/listTransactions.ts";
import { signature } from "../../reactor/juno/signature.ts";
import { startBankSaying } from "./hostileBank.ts";

test("is the HMAC that openssl computes over nonce, method, path with query, and body", () => {
  // printf '1700000000001POST/mint_platform/v1/redemptions{"amount":12.5}' | openssl dgst -sha256 -hmac 'a secret'
  const header = signature({
    apiKey: "key",
    apiSecret: "a secret",
    nonce: 1_700_000_000_001n,
    method: "POST",
    path: "/mint_platform/v1/redemptions",
    body: '{"amount":12.5}',
  });
  expect(header).toBe("Bitso key:1700000000001:353cfab00a466ae6ae6ed34d1ee92c07fcf898105270f4d3125882b3a4e01301");
});

test("covers exactly what arrives at the bank: query of a read, body of a money call", async () => {
  const bank = await startBankSaying(400, "{}");
  await listTransactions(bank.client, { createdSinceMs: Date.UTC(2025, 5, 23, 21, 47, 8) });
  await createRedemption(bank.client, {
    idempotencyKey: "0f0e7a3c-5b0e-4d4e-9a6e-5e6f7a8b9c0d",
    bankAccountId: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    amountCentavos: 150_050n,
  });
  expect(bank.received.map((request) => request.path)).toEqual([
    "/mint_platform/v1/transactions?iso_date_from=2025-06-23T21:47:08Z&page=0&size=100",
    "/mint_platform/v1/redemptions",
  ]);
  for (const { method, path, body, headers } of bank.received) {
    const [, key, nonce, digest] = /^Bitso ([^:]+):(\d+):([0-9a-f]{64})$/.exec(headers.authorization ?? "") ?? [];
    expect(key).toBe("test-key");
    expect(digest).toBe(createHmac("sha256", "test-secret").update(`${nonce}${method}${path}${body}`).digest("hex"));
  }
});

test("whatever is sent, it is signed whole: the digest is of these bytes, and a change in any of them is another one", () => {
  const call = fc.record({
    apiKey: fc.string({ unit: fc.constantFrom(..."abcXYZ019") }),
    apiSecret: fc.string({ minLength: 1, unit: "binary" }),
    nonce: fc.bigInt({ min: 1n, max: 9_999_999_999_999_999_999n }),
    method: fc.constantFrom("GET" as const, "POST" as const),
    path: fc.webPath().map((path) => `/${path}`),
    body: fc.json(),
  });
  fc.assert(
    fc.property(call, (sent) => {
      const digestOf = (one: typeof sent) => signature(one).split(":").at(-1);
      const { apiKey, apiSecret, nonce, method, path, body } = sent;
      const digest = createHmac("sha256", apiSecret).update(`${nonce}${method}${path}${body}`, "utf8").digest("hex");
      expect(signature(sent)).toBe(`Bitso ${apiKey}:${nonce}:${digest}`);
      for (const changed of [
        { ...sent, nonce: nonce + 1n },
        { ...sent, path: `${path}?` },
        { ...sent, body: `${body} ` },
        { ...sent, apiSecret: `${apiSecret}x` },
      ]) {
        expect(digestOf(changed)).not.toBe(digest);
      }
    }),
    { numRuns: 100 },
  );
});
