import { describe, expect, test } from "vitest";
import { getBalances } from "../../reactor/juno/getBalances.ts";
import { listBankAccounts } from "../../reactor/juno/listBankAccounts.ts";
import { startBankSaying } from "./hostileBank.ts";

// A server of our own: the sandbox writes balances in one of their two editions.

test("bank accounts are read whole", async () => {
  const account = {
    id: "b-1",
    tag: "t",
    recipient_legal_name: "Ana",
    clabe: "032180000118359719",
    ownership: "THIRD_PARTY",
  };
  const bank = await startBankSaying(200, JSON.stringify({ success: true, payload: [account] }));
  expect(await listBankAccounts(bank.client)).toMatchObject({
    outcome: "done",
    value: [{ id: "b-1", tag: "t", recipientLegalName: "Ana", clabe: account.clabe, ownership: "THIRD_PARTY" }],
  });
});

describe("the balance", () => {
  test.each([
    ["of 2025", [{ asset: "mxnbj", balance: "12.5" }], 12_500_000n],
    ["of 2026, what is free", [{ asset: "mxnbj", total: 20, available: 12.5, on_hold: 7.5, locked: 0 }], 12_500_000n],
    ["named as the token", [{ asset: "MXNB", available: "12.5" }], 12_500_000n],
    [
      "beside a coin with more decimals",
      [
        { asset: "btc", balance: "0.00000001" },
        { asset: "mxnbj", balance: 1 },
      ],
      1_000_000n,
    ],
    ["of an account that never held any", [{ asset: "mxn", balance: "5" }], 0n],
  ])("%s is read", async (_what, balances, mxnbAvailableBaseUnits) => {
    const bank = await startBankSaying(200, JSON.stringify({ success: true, payload: { balances } }));
    expect(await getBalances(bank.client)).toMatchObject({ outcome: "done", value: { mxnbAvailableBaseUnits } });
  });

  test.each([
    [
      "twice",
      {
        balances: [
          { asset: "mxnbj", balance: 1 },
          { asset: "mxnb", balance: 2 },
        ],
      },
    ],
    ["without an amount", { balances: [{ asset: "mxnbj" }] }],
    ["as a bare array, as one script expects it", [{ asset: "mxnbj", balance: 1 }]],
  ])("%s is unknown", async (_what, payload) => {
    const bank = await startBankSaying(200, JSON.stringify({ success: true, payload }));
    expect(await getBalances(bank.client)).toMatchObject({ outcome: "unknown", why: "malformed" });
  });
});
