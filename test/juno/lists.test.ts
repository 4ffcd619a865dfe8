import { describe, expect, test } from "vitest";
import { listClabes } from "../../reactor/juno/listClabes.ts";
import { listRefunds } from "../../reactor/juno/listRefunds.ts";
import { listSpeiDeposits } from "../../reactor/juno/listSpeiDeposits.ts";
import { listTransactions } from "../../reactor/juno/listTransactions.ts";
import { startHostileBank } from "./hostileBank.ts";

// A server of our own: the sandbox's lists are honest, and do not change between two pages.

const noon = Date.UTC(2025, 5, 23, 12);
const at = (minutes: number) => new Date(noon + minutes * 60_000).toISOString();

const issuance = (id: string, changes = {}) => ({
  id,
  amount: 100,
  currency: "MXN",
  transaction_type: "ISSUANCE",
  summary_status: "COMPLETE",
  created_at: at(0),
  updated_at: at(0),
  ...changes,
});

type SpringPage = { content: unknown[]; number: number; last: boolean; total_elements: number };

async function springBank(pages: readonly SpringPage[]) {
  return await startHostileBank((response, request) => {
    const page = pages[Number(new URL(request.path, "http://bank").searchParams.get("page"))];
    response.end(JSON.stringify({ success: true, payload: page }));
  });
}

const wanted = { createdSinceMs: noon };

describe("the list of transactions", () => {
  test("is read to its last page, each transaction once", async () => {
    const bank = await springBank([
      { content: [issuance("a"), issuance("b")], number: 0, last: false, total_elements: 3 },
      { content: [issuance("b"), issuance("c")], number: 1, last: true, total_elements: 3 },
    ]);
    const reply = await listTransactions(bank.client, wanted);
    expect(reply.outcome === "done" && reply.value.map((item) => item.id)).toEqual(["a", "b", "c"]);
    expect(bank.received).toHaveLength(2);
  });

  test("is filtered here when the bank ignores the filter", async () => {
    const content = [issuance("wanted"), issuance("too old", { created_at: at(-1) })];
    const bank = await springBank([{ content, number: 0, last: true, total_elements: 2 }]);
    const reply = await listTransactions(bank.client, wanted);
    expect(reply.outcome === "done" && reply.value.map((item) => item.id)).toEqual(["wanted"]);
  });

  test.each([
    [
      "an item moved between the pages and was missed",
      [
        { content: [issuance("a")], number: 0, last: false, total_elements: 3 },
        { content: [issuance("a"), issuance("b")], number: 1, last: true, total_elements: 3 },
      ],
    ],
    [
      "the bank ignores the page",
      [
        { content: [issuance("a")], number: 0, last: false, total_elements: 2 },
        { content: [issuance("a")], number: 1, last: false, total_elements: 2 },
      ],
    ],
    [
      "one item is not understood",
      [{ content: [issuance("a"), issuance("b", { amount: "much" })], number: 0, last: true, total_elements: 2 }],
    ],
    [
      "an item is of a type never heard of",
      [{ content: [issuance("a", { transaction_type: "DEPOSIT" })], number: 0, last: true, total_elements: 1 }],
    ],
  ])("is no reading at all when %s", async (_what, pages) => {
    const bank = await springBank(pages);
    expect(await listTransactions(bank.client, wanted)).toMatchObject({ outcome: "unknown", why: "malformed" });
  });

  test("is no reading at all when a later page fails", async () => {
    const bank = await startHostileBank((response, request) => {
      const first = { content: [issuance("a")], number: 0, last: false, total_elements: 2 };
      if (request.path.includes("page=0")) response.end(JSON.stringify({ success: true, payload: first }));
      else response.writeHead(500).end();
    });
    expect(await listTransactions(bank.client, wanted)).toMatchObject({ outcome: "unknown", why: "server_error" });
  });

  test("that never ends is given up", async () => {
    const bank = await startHostileBank((response, _request, nth) => {
      const page = { content: [issuance(`${nth}`)], number: nth - 1, last: false, total_elements: 1 };
      response.end(JSON.stringify({ success: true, payload: page }));
    });
    expect(await listTransactions(bank.client, wanted)).toMatchObject({
      ...{ outcome: "unknown", why: "malformed" },
      message: expect.stringContaining("promised 1 items and goes on after 101 pages"),
    });
    expect(bank.received).toHaveLength(101);
  });

  test("of more than 10,000 items is read whole, as a busy week's is", async () => {
    const pages = Array.from({ length: 120 }, (_, number) => {
      const content = Array.from({ length: 100 }, (_, nth) => issuance(`${number}.${nth}`));
      return { content, number, last: number === 119, total_elements: 12_000 };
    });
    const bank = await springBank(pages);
    const reply = await listTransactions(bank.client, wanted);
    expect(reply.outcome === "done" && reply.value.length).toBe(12_000);
  });

  test("longer than can be read is given up at its first page", async () => {
    const content = Array.from({ length: 100 }, (_, nth) => issuance(`long.${nth}`));
    const bank = await springBank([{ content, number: 0, last: false, total_elements: 1_000_001 }]);
    expect(await listTransactions(bank.client, wanted)).toMatchObject({
      ...{ outcome: "unknown", why: "malformed" },
      message: expect.stringContaining("1000001 items is longer than 10000 pages"),
    });
    expect(bank.received).toHaveLength(1);
  });

  test("is as old as the moment when its reading started", async () => {
    const bank = await springBank([
      { content: [issuance("a")], number: 0, last: false, total_elements: 2 },
      { content: [issuance("b")], number: 1, last: true, total_elements: 2 },
    ]);
    let clock = 0;
    const reply = await listTransactions({ ...bank.client, now: () => ++clock }, wanted);
    expect(reply.evidence).toMatchObject({ sentAtMs: 1, answeredAtMs: 4 });
  });
});

const deposit = (fid: string, changes = {}) => ({
  fid,
  deposit_id: `d-${fid}`,
  receiver_clabe: "710969000000351083",
  amount: "1500.50",
  status: "complete",
  created_at: at(0),
  ...changes,
});

async function speiBank(pageOf: (page: number) => unknown) {
  return await startHostileBank((response, request) => {
    const page = Number(new URL(request.path, "http://bank").searchParams.get("page"));
    response.end(JSON.stringify({ success: true, payload: pageOf(page) }));
  });
}

describe("the list of SPEI deposits", () => {
  test("is read with what is known of the sender", async () => {
    const sender = {
      sender_name: "COMPRADOR",
      sender_clabe: "032180000118359719",
      tracking_key: "2025062390710TEST",
      deposit_type: null,
    };
    const bank = await speiBank(() => ({ response: [deposit("f", sender)], total_pages: 1, current_page: 1 }));
    expect(await listSpeiDeposits(bank.client, { sinceMs: noon })).toMatchObject({
      outcome: "done",
      value: [
        {
          fid: "f",
          receiverClabe: "710969000000351083",
          amountCentavos: 150_050n,
          status: "complete",
          createdAtMs: noon,
          senderName: "COMPRADOR",
          senderClabe: "032180000118359719",
          claveRastreo: "2025062390710TEST",
        },
      ],
    });
    expect(bank.received[0]?.path).toBe("/spei/v1/deposits?start_date=2025-06-22&page=1&page_size=100");
  });

  test("follows totals written as strings", async () => {
    const bank = await speiBank((page) => ({
      response: [deposit(`${page}`)],
      total_items: "3",
      total_pages: "3",
      current_page: `${page}`,
    }));
    const reply = await listSpeiDeposits(bank.client, { sinceMs: noon });
    expect(reply.outcome === "done" && reply.value.map((item) => item.fid)).toEqual(["1", "2", "3"]);
  });

  test("without totals ends at the first empty page", async () => {
    const bank = await speiBank((page) => ({ response: page < 3 ? [deposit(`${page}`)] : [] }));
    const reply = await listSpeiDeposits(bank.client, { sinceMs: noon });
    expect(reply.outcome === "done" && reply.value).toHaveLength(2);
  });

  test("without totals is no reading when the bank ignores the page", async () => {
    const bank = await speiBank(() => ({ response: [deposit("same")] }));
    expect(await listSpeiDeposits(bank.client, { sinceMs: noon })).toMatchObject({ outcome: "unknown" });
  });

  test.each([
    ["three decimals", { amount: "1.005" }],
    ["an unknown status", { status: "held" }],
    ["no fid", { fid: undefined }],
  ])("is no reading when a deposit has %s", async (_what, changes) => {
    const bank = await speiBank(() => ({ response: [deposit("f", changes)], total_pages: 1, current_page: 1 }));
    expect(await listSpeiDeposits(bank.client, { sinceMs: noon })).toMatchObject({
      outcome: "unknown",
      why: "malformed",
    });
  });

  test("leaves out what is older than asked", async () => {
    const response = [deposit("old", { created_at: at(-1) }), deposit("new")];
    const bank = await speiBank(() => ({ response, total_pages: 1, current_page: 1 }));
    const reply = await listSpeiDeposits(bank.client, { sinceMs: noon });
    expect(reply.outcome === "done" && reply.value.map((item) => item.fid)).toEqual(["new"]);
  });
});

test("a CLABE that is switched off, or issues nothing, is not enabled", async () => {
  const clabe = { clabe: "710969000000351083", type: "AUTO_PAYMENT", status: "ENABLED", created_at: at(0) };
  const response = [
    clabe,
    { ...clabe, clabe: "710969000000351084", status: "DISABLED" },
    { ...clabe, clabe: "710969000000351085", type: "ADDITIONAL" },
  ];
  const bank = await speiBank(() => ({ response, total_pages: 1, current_page: 1 }));
  const reply = await listClabes(bank.client);
  expect(reply.outcome === "done" && reply.value.map((item) => item.enabled)).toEqual([true, false, false]);
});

describe("refunds", () => {
  const funding = (id: string, minutes: number, detail = {}) => ({
    id,
    type: "FUNDING",
    created_at: at(minutes),
    funding: { amount: "100.50", status: "COMPLETE", ...detail },
  });

  test("are the fundings that name a transaction, and the reading stops where entries are older", async () => {
    const bank = await springBank([
      {
        content: [
          funding("deposit", 3),
          funding("refund", 2, { refunded_transaction_id: "r-1" }),
          { id: "w", type: "WITHDRAWAL", created_at: at(1), withdrawal: { refunded_transaction_id: "not one" } },
        ],
        number: 0,
        last: false,
        total_elements: 9,
      },
      { content: [funding("old", -1, { refunded_transaction_id: "r-0" })], number: 1, last: false, total_elements: 9 },
    ]);
    expect(await listRefunds(bank.client, { sinceMs: noon })).toMatchObject({
      outcome: "done",
      value: [{ id: "refund", refundsTransactionId: "r-1", amountBaseUnits: 100_500_000n, status: "complete" }],
    });
    expect(bank.received).toHaveLength(2);
  });

  test("with a status nobody knows are no reading", async () => {
    const content = [funding("refund", 2, { refunded_transaction_id: "r-1", status: "SETTLED" })];
    const bank = await springBank([{ content, number: 0, last: true, total_elements: 1 }]);
    expect(await listRefunds(bank.client, { sinceMs: noon })).toMatchObject({ outcome: "unknown", why: "malformed" });
  });
});
