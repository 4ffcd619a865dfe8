import { describe, expect, test } from "vitest";
import { createRedemption } from "../../reactor/juno/createRedemption.ts";
import { getTransaction } from "../../reactor/juno/getTransaction.ts";
import { listTransactions } from "../../reactor/juno/listTransactions.ts";
import { refusalsByCode, refusalsByStatus } from "../../reactor/juno/refusals.ts";
import { startBankSaying, startHostileBank } from "./hostileBank.ts";

// A server of our own, for the sandbox answers only with codes it knows itself.

const redemption = {
  idempotencyKey: "0f0e7a3c-5b0e-4d4e-9a6e-5e6f7a8b9c0d",
  bankAccountId: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
  amountCentavos: 150_050n,
};
const failure = (code: string | number, message = "no") => JSON.stringify({ success: false, error: { code, message } });

const expected = {
  "never validation": ["32002", "0303", "0304", "0315", "0317", "0322", "0343", "0407", "0408", "0714"],
  "not_now authentication": ["0201", "0202", "0203", "0206", "0207", "0208", "0211", "0213", "0326", "0373"],
  "not_now account": ["0330", "0701", "0702", "0703", "0705", "0706"],
  "not_now limit": ["0501", "0502", "0503"],
  "not_now insufficient": ["0602"],
  "not_now throttled": ["0801", "0802"],
};
const rows = Object.entries(expected).flatMap(([meaning, codes]) => codes.map((code) => [code, meaning] as const));

describe("a refused redemption", () => {
  test.each(rows)("with code %s is %s, as text and as number", async (code, meaning) => {
    const bank = await startHostileBank((response, _request, nth) =>
      response.writeHead(400).end(failure(nth === 1 ? code : Number(code))),
    );
    for (const reply of [
      await createRedemption(bank.client, redemption),
      await createRedemption(bank.client, redemption),
    ]) {
      expect(reply).toMatchObject({ outcome: "refused", message: "no" });
      expect(reply.outcome === "refused" && `${reply.when} ${reply.reason}`).toBe(meaning);
    }
    expect(bank.received).toHaveLength(2);
  });

  test("has every row of the table in this test", () => {
    expect(rows.map(([code]) => code).sort()).toEqual(Object.keys(refusalsByCode).sort());
    expect(Object.keys(refusalsByStatus)).toEqual(["401", "403", "420", "429"]);
  });

  test.each([
    [401, "not_now authentication"],
    [403, "not_now authentication"],
    [420, "not_now throttled"],
    [429, "not_now throttled"],
  ])("with status %i and nothing readable is %s", async (httpStatus, meaning) => {
    const bank = await startBankSaying(httpStatus, "<html>");
    const reply = await createRedemption(bank.client, redemption);
    expect(reply.outcome === "refused" && `${reply.when} ${reply.reason}`).toBe(meaning);
  });

  test("keeps the validation details in its message", async () => {
    const error = { code: 32002, message: "Request validation failed", details: [{ field: "amount" }] };
    const bank = await startBankSaying(400, JSON.stringify({ success: false, error }));
    const reply = await createRedemption(bank.client, redemption);
    expect(reply).toMatchObject({ code: "32002", message: 'Request validation failed [{"field":"amount"}]' });
  });

  test("is understood in the newer list of errors, but not when it lists two", async () => {
    const one = { code: "32002", message: "a" };
    const single = await startBankSaying(400, JSON.stringify({ errors: [one] }));
    expect(await createRedemption(single.client, redemption)).toMatchObject({ outcome: "refused", when: "never" });
    const two = await startBankSaying(400, JSON.stringify({ errors: [one, { code: "34003", message: "b" }] }));
    expect(await createRedemption(two.client, redemption)).toMatchObject({ outcome: "unknown" });
  });
});

describe("what nobody can know is unknown", () => {
  test.each([
    ["a code seen on withdrawals that had happened", 400, failure(34003)],
    ["a duplicate id", 409, failure("0356")],
    ["a code of unverified prose", 400, failure(32003)],
    ["a code never heard of", 422, failure("99999")],
    ["a code that is a property of every object", 400, failure("constructor")],
    ["a 400 without a code", 400, "{}"],
    ["a 404 to a redemption", 404, "not here"],
    ["a refusal inside a 200", 200, failure(32002)],
    ["a redirect", 307, ""],
  ])("%s", async (_what, httpStatus, json) => {
    const bank = await startBankSaying(httpStatus, json, httpStatus === 307 ? { location: "/elsewhere" } : {});
    const unclassified: string[] = [];
    const client = { ...bank.client, onUnclassified: (message: string) => unclassified.push(message) };
    expect(await createRedemption(client, redemption)).toMatchObject({ outcome: "unknown", why: "unclassified" });
    expect(bank.received).toHaveLength(1);
    expect(unclassified).toEqual([expect.stringContaining(`The bank answered ${httpStatus}`)]);
  });

  test("a 500 is unknown even with the code of a refusal", async () => {
    const bank = await startBankSaying(500, failure(32002));
    const reply = await createRedemption(bank.client, redemption);
    expect(reply).toMatchObject({ outcome: "unknown", why: "server_error", evidence: { httpStatus: 500 } });
  });
});

describe("what nobody can read is unknown, and told like a code without a row", () => {
  const transaction = (changes: object) => ({
    ...{ id: "7c9e6679-7425-40de-944b-e07fc1f90ae7", amount: 100, currency: "MXN", transaction_type: "ISSUANCE" },
    ...{ summary_status: "COMPLETE", created_at: "2025-06-23T12:00:00Z", updated_at: "2025-06-23T12:00:00Z" },
    ...changes,
  });
  const page = (changes: object) =>
    JSON.stringify({
      success: true,
      payload: { content: [transaction(changes)], number: 0, last: true, total_elements: 1 },
    });

  test.each([
    ["a page of a gateway", "<html>", /is not JSON/],
    ["a page without its items", JSON.stringify({ success: true, payload: {} }), /not as expected/],
    ["a status word never heard of, in a list", page({ summary_status: "ON_REVIEW" }), /not as expected/],
  ])("%s", async (_what, json, words) => {
    const bank = await startBankSaying(200, json);
    const told: string[] = [];
    const client = { ...bank.client, readRetries: 0, onUnclassified: (message: string) => told.push(message) };
    const reply = await listTransactions(client, { createdSinceMs: Date.UTC(2025, 5, 23) });
    expect(reply).toMatchObject({ outcome: "unknown", why: "malformed" });
    expect(told).toEqual([expect.stringMatching(words)]);
  });

  test("but not what a bank cannot answer at all", async () => {
    const bank = await startBankSaying(502, "<html>");
    const told: string[] = [];
    const client = { ...bank.client, readRetries: 0, onUnclassified: (message: string) => told.push(message) };
    expect(await getTransaction(client, "any")).toMatchObject({ outcome: "unknown", why: "server_error" });
    expect(told).toEqual([]);
  });
});

test("a read of what is not there is refused not_now, for the bank shows new things late", async () => {
  const bank = await startBankSaying(404, failure("99999"));
  expect(await getTransaction(bank.client, redemption.bankAccountId)).toMatchObject({
    outcome: "refused",
    when: "not_now",
    reason: "not_found",
  });
});

describe("throttling", () => {
  test.each([
    ["a minute where the bank does not say", {}, 60_000],
    ["the seconds of Retry-After", { "retry-after": "7" }, 7_000],
    ["a minute where Retry-After makes no sense", { "retry-after": "soon" }, 60_000],
    ["a day at most", { "retry-after": "999999999" }, 86_400_000],
  ])("tells everybody to stop for %s", async (_what, headers, lockoutMs) => {
    const bank = await startBankSaying(429, "", headers as Record<string, string>);
    await getTransaction(bank.client, "any");
    expect(bank.told.lockoutsMs).toEqual([lockoutMs]);
    expect(bank.received).toHaveLength(1);
  });

  test("reads a Retry-After date against the client's clock", async () => {
    const bank = await startBankSaying(420, "", { "retry-after": "Wed, 01 Jan 2025 00:00:30 GMT" });
    const client = { ...bank.client, now: () => Date.UTC(2025, 0, 1) };
    await getTransaction(client, "any");
    expect(bank.told.lockoutsMs).toEqual([30_000]);
  });
});

describe("an accepted redemption", () => {
  const answered = (more: object) =>
    startBankSaying(200, JSON.stringify({ success: true, payload: { id: "r", ...more } }));

  test.each([
    ["says no more than its id", {}],
    ["names the type and the amount that were asked", { transaction_type: "redemption", amount: 1500.5 }],
  ])("that %s is ours", async (_, more) => {
    const bank = await answered(more);
    expect(await createRedemption(bank.client, redemption)).toMatchObject({ outcome: "done", value: { id: "r" } });
  });

  test.each([
    ["another amount", { amount: "1500.51" }, "1500510000 base units"],
    ["another type", { transaction_type: "ISSUANCE" }, "ISSUANCE of"],
  ])("that is about %s is not known to be ours, and is told", async (_, more, said) => {
    const bank = await answered(more);
    const told: string[] = [];
    const client = { ...bank.client, onUnclassified: (message: string) => told.push(message) };
    expect(await createRedemption(client, redemption)).toMatchObject({ outcome: "unknown", why: "malformed" });
    expect(told).toEqual([expect.stringContaining(said)]);
  });
});
