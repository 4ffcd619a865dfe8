import { describe, expect, test } from "vitest";
import { getTransaction } from "../../reactor/juno/getTransaction.ts";
import { startBankSaying } from "./hostileBank.ts";

// A server of our own, for the editions of the documentation that the sandbox does not speak.

const hash = `0x${"Ab".repeat(32)}`;
const base = {
  id: "t-1",
  amount: "1500.50",
  currency: "mxnb",
  transaction_type: "CRYPTO_WITHDRAWAL",
  status: "COMPLETE",
  created_at: "2025-06-23T21:47:08.188123456Z",
  updated_at: "2025-06-23T21:48:08Z",
};

async function read(item: Record<string, unknown>) {
  const bank = await startBankSaying(200, JSON.stringify({ success: true, payload: item }));
  return await getTransaction(bank.client, "t-1");
}

describe("a transaction", () => {
  test("is read with its times in ms and its amount in base units", async () => {
    expect(await read(base)).toMatchObject({
      outcome: "done",
      value: {
        id: "t-1",
        type: "CRYPTO_WITHDRAWAL",
        status: "COMPLETE",
        amountBaseUnits: 1_500_500_000n,
        currency: "MXNB",
        createdAtMs: Date.UTC(2025, 5, 23, 21, 47, 8, 188),
        updatedAtMs: Date.UTC(2025, 5, 23, 21, 48, 8),
        refunded: false,
      },
    });
  });

  test.each([
    ["amount as a number", { amount: 1500.5 }, { amountBaseUnits: 1_500_500_000n }],
    ["id as transaction_id", { id: undefined, transaction_id: "t-2" }, { id: "t-2" }],
    ["status as summary_status", { status: undefined, summary_status: "IN_PROGRESS" }, { status: "IN_PROGRESS" }],
    ["status COMPLETED", { status: "COMPLETED" }, { status: "COMPLETE" }],
    ["status processing", { status: "processing" }, { status: "IN_PROGRESS" }],
    ["type in lower case", { transaction_type: "issuance" }, { type: "ISSUANCE" }],
    [
      "a zone without a colon",
      { created_at: "2025-06-23T15:47:08-0600" },
      { createdAtMs: Date.UTC(2025, 5, 23, 21, 47, 8) },
    ],
    ["a failure", { status: "FAILED", failure_reason: "rejected" }, { status: "FAILED", failure: "rejected" }],
    [
      "an issuance's details",
      {
        transaction_type: "ISSUANCE",
        issuance: {
          deposit_receiver_clabe: "710969000000351083",
          crypto_destination_address: `0x${"CD".repeat(20)}`,
          crypto_tx_hash: hash,
          external_fiat_id: "TESTSPEI1",
          refunded: true,
        },
      },
      {
        receiverClabe: "710969000000351083",
        address: `0x${"cd".repeat(20)}`,
        txHash: hash.toLowerCase(),
        fiatId: "TESTSPEI1",
        refunded: true,
      },
    ],
    [
      "the transfer's hash among other receipts",
      {
        timeline: [
          { step: "Received", receipt: `0x${"11".repeat(32)}` },
          { step: "Tokens transferred", receipt: hash },
        ],
      },
      { txHash: hash.toLowerCase() },
    ],
    [
      "the only hash of a timeline",
      { timeline: [{ step: "Other" }, { step: "Seen", receipt: hash }] },
      { txHash: hash.toLowerCase() },
    ],
  ])("with %s is understood", async (_what, changes, understood) => {
    expect(await read({ ...base, ...changes })).toMatchObject({ outcome: "done", value: understood });
  });

  test("has no hash where the timeline shows several and none of them is the transfer", async () => {
    const receipts = [1, 2].map((n) => ({ step: `${n}`, receipt: `0x${`${n}${n}`.repeat(32)}` }));
    const reply = await read({ ...base, timeline: receipts });
    expect(reply.outcome === "done" && "txHash" in reply.value).toBe(false);
  });

  test.each([
    ["an unknown status", { status: "SETTLED" }],
    ["a status that every object has", { status: "toString" }],
    ["an unknown type", { transaction_type: "WITHDRAWAL" }],
    ["an amount finer than the token", { amount: "1.0000001" }],
    ["a negative amount", { amount: -5 }],
    ["no amount", { amount: undefined }],
    ["a time without a zone", { created_at: "2025-06-23T21:47:08" }],
    ["no id", { id: undefined }],
  ])("with %s is unknown", async (_what, changes) => {
    const reply = await read({ ...base, ...changes });
    expect(reply).toMatchObject({ outcome: "unknown", why: "malformed" });
  });
});
