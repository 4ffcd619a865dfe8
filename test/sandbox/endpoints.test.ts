import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { clabe as clabeRules } from "clabe-validator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  API_KEYS,
  bridgeWallet,
  eventually,
  fund,
  junoWallet,
  openTestBank,
  openTestChain,
  SELLER_CLABE,
  type TestBank,
  type TestChain,
} from "./openTestBank.ts";

let chain: TestChain;
let bank: TestBank;
beforeAll(async () => {
  chain = await openTestChain();
  bank = await openTestBank(chain, { rules: { requestsPerMinute: 100_000, travelRuleCentavos: 2_000_000n } });
});
afterAll(async () => {
  await bank.stop();
  await chain.stop();
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("CLABEs", () => {
  test("are created with 201, Juno's prefix and a right control digit, each another one", async () => {
    const reply = await bank.call("POST", "/mint_platform/v1/clabes", {});
    expect(reply.status).toBe(201);
    const { clabe, type } = reply.json.payload;
    expect(type).toBe("AUTO_PAYMENT");
    expect(clabe).toMatch(/^710969\d{12}$/);
    expect(clabeRules.computeChecksum(clabe)).toBe(Number(clabe[17]));
    expect(await bank.createClabe()).not.toBe(clabe);
  });

  test("are listed by pages and found one by one", async () => {
    const clabe = await bank.createClabe();
    const list = await bank.call("GET", "/spei/v1/clabes?clabe_type=AUTO_PAYMENT&page_size=100");
    expect(list.json.payload.response.map((each: { clabe: string }) => each.clabe)).toContain(clabe);
    const one = await bank.call("GET", `/spei/v1/clabes/${clabe}`);
    expect(one.json.payload).toMatchObject({ clabe, type: "AUTO_PAYMENT", status: "ENABLED" });
    expect((await bank.call("GET", `/spei/v1/clabes/${SELLER_CLABE}`)).status).toBe(404);
  });
});

describe("a SPEI deposit", () => {
  test("is listed at once and becomes an issuance that really mints to JUNO_WALLET", async () => {
    const before = await chain.balanceOf(junoWallet);
    const clabe = await bank.createClabe();
    const deposit = await bank.deposit(clabe, "1500.25");
    expect(deposit.json.payload).toMatchObject({ amount: "1500.25", receiver_clabe: clabe, sender_name: "Compradora" });

    const listed = await bank.call("GET", `/spei/v1/deposits?receiver_clabe=${clabe}&deposit_status=COMPLETE`);
    expect(listed.json.payload).toMatchObject({ total_items: 1, current_page: 1, page_size: 25 });
    expect(listed.json.payload.response[0]).toMatchObject({ amount: "1500.25", status: "complete" });

    await bank.atRest();
    const issuances = await bank.call("GET", "/mint_platform/v1/transactions?type=ISSUANCE&page=0&size=1");
    const [issuance] = issuances.json.payload.content;
    expect(issuance).toMatchObject({ amount: 1500.25, summary_status: "COMPLETE", transaction_type: "ISSUANCE" });
    const detail = await bank.transaction(issuance.id);
    expect(detail.details).toMatchObject({ deposit_receiver_clabe: clabe, refunded: false, method: "SPEI" });
    expect((await chain.balanceOf(junoWallet)) - before).toBe(1_500_250_000n);
    const { status } = await chain.client.getTransactionReceipt({ hash: detail.timeline[0].receipt });
    expect(status).toBe("success");
  });

  test("under 100 MXN exists, but its issuance fails and the money goes back to the sender", async () => {
    const clabe = await bank.createClabe();
    await bank.deposit(clabe, "99.99");
    const books = await bank.atRest();
    const deposits = await bank.call("GET", `/spei/v1/deposits?receiver_clabe=${clabe}`);
    expect(deposits.json.payload.response).toHaveLength(1);
    const order = books.orders.find((each: { receiverClabe?: string }) => each.receiverClabe === clabe);
    expect(await bank.transaction(order.id)).toMatchObject({ status: "FAILED", details: { refunded: true } });
    expect(books.spei_out).toContainEqual(
      expect.objectContaining({ kind: "issuance_refund", transactionId: order.id, amount: "9999" }),
    );
  });

  test.each([
    ["a CLABE of somebody else", { receiver_clabe: SELLER_CLABE }],
    ["an amount with three decimals", { amount: "100.001" }],
    ["a sender without name", { sender_name: "" }],
  ])("with %s is refused with 32002 and a detail", async (_what, wrong) => {
    const receiver_clabe = await bank.createClabe();
    const body = { amount: "200.00", receiver_clabe, receiver_name: "K", sender_name: "C", ...wrong };
    const reply = await bank.call("POST", "/spei/test/deposits", body);
    expect(reply).toMatchObject({ status: 400, json: { success: false, error: { code: 32002 } } });
    expect(reply.json.error.details).toHaveLength(1);
  });

  test("must name the registered business where there is one", async () => {
    const strict = await openTestBank(chain, { businessName: "Kustodia SA" });
    const clabe = await strict.createClabe();
    expect((await strict.deposit(clabe, "200.00")).status).toBe(400);
    const names = { receiver_name: "Kustodia SA", sender_name: "Kustodia SA" };
    const right = { amount: "50.00", receiver_clabe: clabe, ...names };
    expect((await strict.call("POST", "/spei/test/deposits", right)).status).toBe(200);
    await strict.atRest();
    await strict.stop();
  });
});

describe("a withdrawal", () => {
  test("answers PENDING and really transfers from JUNO_WALLET, with the hash in its timeline", async () => {
    await fund(bank, "1000.00");
    const before = await chain.balanceOf(bridgeWallet.address);
    const reply = await bank.withdraw("250.5");
    expect(reply.json.payload).toMatchObject({
      amount: 250.5,
      currency: "mxnb",
      transaction_type: "CRYPTO_WITHDRAWAL",
      summary_status: "PENDING",
    });
    expect(reply.json.payload.id).toMatch(UUID);
    expect(reply.json.payload.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    const detail = await bank.settled(reply.json.payload.id);
    expect(detail).toMatchObject({ transaction_id: reply.json.payload.id, status: "COMPLETE" });
    const step = detail.timeline.find((each: { step: string }) => each.step === "Tokens transferred");
    const receipt = await chain.client.getTransactionReceipt({ hash: step.receipt });
    expect(receipt.from).toBe(junoWallet.toLowerCase());
    expect((await chain.balanceOf(bridgeWallet.address)) - before).toBe(250_500_000n);
  });

  test.each([
    ["three decimals", { amount: "1.001" }, "amount"],
    ["nothing", { amount: "0" }, "amount"],
    ["lower-case asset", { asset: "mxnb" }, "asset"],
    ["lower-case blockchain", { blockchain: "arbitrum" }, "blockchain"],
    ["no address", { address: "0x1234" }, "address"],
    ["20,000 MXN without travel_rule", { amount: "20000.00" }, "compliance.travel_rule"],
    ["half a travel_rule", { compliance: { travel_rule: { beneficiary: { name: "X" } } } }, "compliance.travel_rule"],
  ])("with %s is refused with 32002 naming the field", async (_what, wrong, field) => {
    const reply = await bank.withdraw("150", wrong);
    expect(reply).toMatchObject({ status: 400, json: { error: { code: 32002 } } });
    expect(reply.json.error.details).toEqual([expect.stringMatching(`^${field}: `)]);
  });

  test("over the travel rule's threshold goes out with an empty travel_rule", async () => {
    await fund(bank, "20000.00");
    const reply = await bank.withdraw("20000.00", { compliance: { travel_rule: {} } });
    expect((await bank.settled(reply.json.payload.id)).status).toBe("COMPLETE");
  });

  test("beyond the balance is refused and takes nothing", async () => {
    const available = await bank.available();
    const reply = await bank.withdraw("9000000", { compliance: { travel_rule: {} } });
    expect(reply).toMatchObject({ status: 400, json: { success: false } });
    expect(await bank.available()).toBe(available);
  });

  test("that reverts on chain fails and is given back as a FUNDING entry", async () => {
    await fund(bank, "300.00");
    const available = await bank.available();
    // The token refuses transfers to itself.
    const reply = await bank.withdraw("300.00", { address: chain.mxnb });
    expect(await bank.settled(reply.json.payload.id)).toMatchObject({ status: "FAILED" });
    await bank.atRest();
    expect(await bank.available()).toBe(available);
    const movements = await bank.call("GET", "/mint_platform/v1/financial_movements?page=0&size=5");
    const refund = movements.json.payload.content.find((each: { type: string }) => each.type === "FUNDING");
    expect(refund.funding).toMatchObject({ amount: "300.00", refunded_transaction_id: reply.json.payload.id });
  });
});

describe("bank accounts", () => {
  test("are registered and listed", async () => {
    const id = await bank.registerAccount();
    expect(id).toMatch(UUID);
    const list = await bank.call("GET", "/mint_platform/v1/accounts/banks");
    expect(list.json.payload).toContainEqual({
      id,
      tag: "vendedora",
      recipient_legal_name: "Vendedora SA",
      clabe: SELLER_CLABE,
      ownership: "THIRD_PARTY",
    });
  });

  test.each([
    ["a wrong control digit", "032180000118359718", "is not a valid CLABE"],
    ["an Nvio CLABE", "710969000000000004", "an Nvio CLABE cannot be paid by SPEI from Nvio"],
  ])("with %s are refused", async (_what, clabe, detail) => {
    const body = { tag: "t", recipient_legal_name: "V", clabe, ownership: "THIRD_PARTY" };
    const reply = await bank.call("POST", "/mint_platform/v1/accounts/banks", body);
    const error = { code: 32002, details: [`clabe: ${detail}`] };
    expect(reply).toMatchObject({ status: 400, json: { error } });
  });
});

describe("a redemption", () => {
  test("answers IN_PROGRESS, burns, and pays the account by SPEI with a clave de rastreo of the bank", async () => {
    await fund(bank, "700.00");
    const account = await bank.registerAccount();
    const before = await chain.balanceOf(junoWallet);
    const reply = await bank.redeem(650.75, account);
    expect(reply.json.payload).toMatchObject({ amount: 650.75, method: "SPEI", summary_status: "IN_PROGRESS" });
    expect(JSON.stringify(await bank.settled(reply.json.payload.id))).not.toContain("90710");
    expect(before - (await chain.balanceOf(junoWallet))).toBe(650_750_000n);
    const payout = (await bank.books()).spei_out.at(-1);
    expect(payout).toMatchObject({ kind: "payout", clabe: SELLER_CLABE, beneficiary: "Vendedora SA", amount: "65075" });
    expect(payout.trackingKey).toMatch(/^\d{8}90710\d{17}$/);
    const paid = (await bank.books()).paid_by_clabe;
    expect(paid).toEqual([{ clabe: SELLER_CLABE, payouts: 1, paid: "65075", returned: "0" }]);
  });

  test("takes the amount as a string too", async () => {
    await fund(bank, "100.00");
    const reply = await bank.redeem("100.00", await bank.registerAccount());
    expect((await bank.settled(reply.json.payload.id)).status).toBe("COMPLETE");
  });

  test("under 100.00, or to an account that does not exist, is refused", async () => {
    const account = await bank.registerAccount();
    const detailOf = async (amount: string, id: string) => (await bank.redeem(amount, id)).json.error.details[0];
    expect(await detailOf("99.99", account)).toBe("amount: the minimum is 100.00");
    const stranger = "6f6f3ad7-11be-4ff5-8a5e-1a2b3c4d5e6f";
    expect(await detailOf("100.00", stranger)).toBe("destination_bank_account_id: no such bank account");
  });
});

describe("MXNB sent to JUNO_WALLET", () => {
  test("is credited once as a CRYPTO_DEPOSIT; the bank's own mints are not", async () => {
    await fund(bank, "500.00");
    const out = await bank.withdraw("500.00");
    await bank.settled(out.json.payload.id);
    const available = await bank.available();
    const hash = await chain.transferFromBridge(junoWallet, 500_000_000n);
    const path = "/mint_platform/v1/transactions?type=CRYPTO_DEPOSIT";
    const deposits = await eventually(async () => {
      const { content } = (await bank.call("GET", path)).json.payload;
      return content[0]?.summary_status === "COMPLETE" ? content : undefined;
    });
    expect(deposits).toHaveLength(1);
    expect((await bank.transaction(deposits[0].id)).details.crypto_tx_hash).toBe(hash);
    expect(await bank.available()).toBe(available + 500);
    // More blocks, more readings of the same ones: still once.
    await fund(bank, "100.00");
    expect((await bank.call("GET", path)).json.payload.total_elements).toBe(1);
  });
});

describe("the transaction list", () => {
  test("is newest first and obeys type, amount and date filters", async () => {
    await fund(bank, "123.45");
    const only = await bank.call(
      "GET",
      "/mint_platform/v1/transactions?type=ISSUANCE&amount_from=123.45&amount_to=123.45",
    );
    expect(only.json.payload.content.map((each: { amount: number }) => each.amount)).toEqual([123.45]);
    const none = await bank.call("GET", "/mint_platform/v1/transactions?iso_date_from=2099-01-01T00:00:00Z");
    expect(none.json.payload).toMatchObject({ total_elements: 0, empty: true, content: [] });
    const all = await bank.call("GET", "/mint_platform/v1/transactions?size=100");
    const times = all.json.payload.content.map((each: { created_at: string }) => each.created_at);
    expect(times).toEqual([...times].sort().reverse());
  });

  test("answers 404 for an id it does not know", async () => {
    expect((await bank.call("GET", "/mint_platform/v1/transactions/nada")).status).toBe(404);
  });
});

test("the balance is mxnbj in the shape of 2026", async () => {
  const { balances } = (await bank.call("GET", "/mint_platform/v1/balances")).json.payload;
  expect(balances).toHaveLength(1);
  expect(Object.keys(balances[0])).toEqual(["asset", "total", "available", "on_hold", "locked"]);
  expect(balances[0].asset).toBe("mxnbj");
});

// A machine with only Node has neither: there the page is for somebody else's terminal.
const hasShellTools = ["curl", "openssl"].every((tool) => spawnSync(tool, ["--version"]).error === undefined);

test.skipIf(!hasShellTools)(
  "the landing page says in Spanish what it is, and its commands work as printed",
  async () => {
    const page = await (await fetch(bank.url)).text();
    expect(page).toContain("Banco de pruebas");
    const juno = page.slice(page.indexOf("  juno() {"), page.indexOf("  }\n") + 4);
    const script = `LLAVE=tripwire SECRETO=${API_KEYS.tripwire}\n${juno}
    juno POST /mint_platform/v1/clabes; juno GET '/mint_platform/v1/transactions?type=ISSUANCE'; curl ${bank.url}/sandbox/health`;
    const { stdout } = await promisify(execFile)("bash", ["-c", script]);
    expect(stdout).toMatch(/"type":"AUTO_PAYMENT".*"total_elements".*"ok":true/s);
  },
);

test("at rest the books and the chain hold the same, to the centavo", async () => {
  const books = await bank.atRest();
  expect(books.totals.custody).toBe(String((await chain.balanceOf(junoWallet)) / 10_000n));
  expect(await bank.available()).toBe(Number(books.totals.available) / 100);
  expect((await bank.admin("GET", "health")).json).toMatchObject({ ok: true, failures: [] });
});
