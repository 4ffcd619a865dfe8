import { describe, expect, test } from "vitest";
import { createClabe } from "../../reactor/juno/createClabe.ts";
import { createWithdrawal } from "../../reactor/juno/createWithdrawal.ts";
import { getBalances } from "../../reactor/juno/getBalances.ts";
import { junoClientFor, startHostileBank } from "./hostileBank.ts";

// A server of our own, for the failures below the sandbox's HTTP server: half answers, cut sockets, silence.

const withdrawal = {
  idempotencyKey: "0f0e7a3c-5b0e-4d4e-9a6e-5e6f7a8b9c0d",
  amountCentavos: 150_050n,
  address: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
};
const balance = '{"success":true,"payload":{"balances":[{"asset":"mxnbj","balance":12.5}]}}';

const failures: Record<string, { why: string; answer: Parameters<typeof startHostileBank>[0] }> = {
  silence: { why: "timeout", answer: () => undefined },
  "a dropped connection": { why: "connection", answer: (response) => response.destroy() },
  "half an answer": {
    why: "connection",
    answer: (response) => {
      response.writeHead(200, { "content-length": 500 }).write('{"success":');
      setTimeout(() => response.destroy(), 20);
    },
  },
  "truncated JSON": { why: "malformed", answer: (response) => response.end('{"success":true,"payl') },
  "an endless answer": {
    why: "malformed",
    answer: (response) => response.end(Buffer.alloc(5_000_000, " ")),
  },
  "a server error": { why: "server_error", answer: (response) => response.writeHead(503).end() },
};

describe.each(Object.entries(failures))("%s", (_what, { why, answer }) => {
  test("to a money call: unknown, and sent once", async () => {
    const bank = await startHostileBank(answer);
    const reply = await createWithdrawal({ ...bank.client, timeoutMs: 300 }, withdrawal);
    expect(reply).toMatchObject({ outcome: "unknown", why });
    // Longer than the pauses between the tries of a read.
    await new Promise((later) => setTimeout(later, 500));
    expect(bank.received).toHaveLength(1);
  });

  test("to a read: tried again, then read", async () => {
    const bank = await startHostileBank((response, request, nth) =>
      nth < 3 ? answer(response, request, nth) : response.end(balance),
    );
    const reply = await getBalances({ ...bank.client, timeoutMs: 300 });
    expect(reply).toMatchObject({ outcome: "done", value: { mxnbAvailableBaseUnits: 12_500_000n } });
    expect(bank.received).toHaveLength(3);
    expect(bank.told.lanes).toEqual(["read", "read", "read"]);
    expect(new Set(bank.received.map((request) => request.headers.authorization)).size).toBe(3);
  });
});

test("an answer of another shape is not asked for again: it would not change", async () => {
  const bank = await startHostileBank((response) => response.end('{"success":true,"payload":7}'));
  expect(await getBalances(bank.client)).toMatchObject({ outcome: "unknown", why: "malformed" });
  expect(bank.received).toHaveLength(1);
});

test("a read gives up after three tries and says what it saw last", async () => {
  const bank = await startHostileBank((response) => response.writeHead(502).end("bad gateway"));
  expect(await getBalances(bank.client)).toMatchObject({
    outcome: "unknown",
    why: "server_error",
    evidence: { httpStatus: 502, body: "bad gateway" },
  });
  expect(bank.received).toHaveLength(3);
});

test("a nonce that arrived out of order is asked again with a new one by a read", async () => {
  const refusal = '{"success":false,"error":{"code":"0207","message":"nonce"}}';
  const bank = await startHostileBank((response, _request, nth) =>
    nth === 1 ? response.writeHead(401).end(refusal) : response.end(balance),
  );
  expect(await getBalances(bank.client)).toMatchObject({ outcome: "done" });
  expect(bank.received).toHaveLength(2);
});

describe("a CLABE's call, which has no key to repeat it under", () => {
  const refusal = (code: string) => `{"success":false,"error":{"code":"${code}","message":"no"}}`;
  const made = '{"success":true,"payload":{"clabe":"710969000000351083"}}';

  test("is sent anew while other reactors' calls overtake its nonce: nothing was done", async () => {
    const bank = await startHostileBank((response, _request, nth) =>
      nth <= 3 ? response.writeHead(401).end(refusal("0207")) : response.end(made),
    );
    expect(await createClabe(bank.client)).toMatchObject({ outcome: "done", value: { clabe: "710969000000351083" } });
    expect(new Set(bank.received.map((request) => request.headers.authorization)).size).toBe(4);
  });

  test.each([
    ["an answer that is lost", (response) => response.destroy()],
    ["a server error", (response) => response.writeHead(503).end()],
    ["another refusal", (response) => response.writeHead(401).end(refusal("0202"))],
  ] satisfies [string, Parameters<typeof startHostileBank>[0]][])(
    "is not sent anew after %s",
    async (_what, answer) => {
      const bank = await startHostileBank(answer);
      expect(await createClabe(bank.client)).not.toMatchObject({ outcome: "done" });
      await new Promise((later) => setTimeout(later, 500));
      expect(bank.received).toHaveLength(1);
    },
  );
});

test("nobody listening is unknown", async () => {
  const { client } = junoClientFor("http://127.0.0.1:1");
  expect(await createWithdrawal(client, withdrawal)).toMatchObject({ outcome: "unknown", why: "connection" });
});

test.each(["takePlace", "nextNonce"] as const)("a %s that throws forbids the call: nothing is sent", async (guard) => {
  const bank = await startHostileBank((response) => response.end(balance));
  const forbidden = () => Promise.reject(new Error("The kill switch is on."));
  const client = { ...bank.client, [guard]: forbidden };
  await expect(createWithdrawal(client, withdrawal)).rejects.toThrow("kill switch");
  await expect(getBalances(client)).rejects.toThrow("kill switch");
  expect(bank.received).toHaveLength(0);
});

test("a slow read does not stand before money", async () => {
  const bank = await startHostileBank((response, request) =>
    request.method === "GET"
      ? setTimeout(() => response.end(balance), 1_000)
      : response.end('{"success":true,"payload":{"id":"w"}}'),
  );
  const reads = Array.from({ length: 8 }, () => getBalances(bank.client));
  expect(await createWithdrawal(bank.client, withdrawal)).toMatchObject({ outcome: "done" });
  expect(bank.received.filter((request) => request.method === "GET").length).toBeLessThanOrEqual(1);
  await Promise.all(reads);
});
