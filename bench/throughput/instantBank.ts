import { v5 } from "uuid";
import { type Asked, answerRequest } from "../../bin/simulate/bank/answer.ts";
import type { BankTx, Spei } from "../../bin/simulate/bank/records.ts";
import { accountJson, speiJson } from "../../bin/simulate/bank/wire.ts";
import { addresses, BURNED } from "../../bin/simulate/chain/addresses.ts";
import type { Send, SignedRequest } from "../../reactor/juno/client.ts";
import { BASE_UNITS_PER_CENTAVO } from "../../reactor/payments/money.ts";
import { amountOf, depositClabeOf, SELLERS, sellerOf } from "./awaitingPayments.ts";
import type { InstantChain } from "./instantChain.ts";

const NAMES = "6f3f7a9e-6f0e-4f6b-9c55-0d1c9a0c7b10";
const PLENTY_BASE_UNITS = 10n ** 24n;

/**
 * A bank that carries everything out at once, in the simulated bank's own wire format. Its lists have what is new since they
 * were last read: an hour of a thousand payments a second listed at each reading would measure the list and nothing else. Each is one
 * page, whatever was asked for: by its count a reactor would take the first page of what is new for all that it does not know.
 * @param onNews rings as the webhooks do.
 */
export function openInstantBank(pay: InstantChain["pay"], onNews: () => void) {
  const byId = new Map<string, BankTx>();
  const news: { transactions: BankTx[]; spei: Spei[] } = { transactions: [], spei: [] };
  const accountTexts = Array.from({ length: SELLERS }, (_, nth) => {
    const { name, clabe } = sellerOf(nth);
    return accountJson({ id: v5(`account:${nth}`, NAMES), tag: "bench", name, clabe });
  });

  const add = (tx: Pick<BankTx, "id" | "type" | "amountBaseUnits"> & Partial<BankTx>): BankTx => {
    const at = Date.now();
    const blank = { txHash: null, refunded: false, key: null, clabe: null, accountId: null, address: null, fid: null };
    const shown = { shownBackwards: false, listed: null };
    const added: BankTx = { ...blank, ...shown, status: "COMPLETE", createdAtMs: at, updatedAtMs: at, ...tx };
    byId.set(added.id, added);
    news.transactions.push(added);
    onNews();
    return added;
  };
  const order: Asked["order"] = (type, key, { amountBaseUnits, ...more }) => {
    const to = type === "REDEMPTION" ? BURNED : addresses.bridge;
    const id = v5(`${type}:${key}`, NAMES);
    return byId.get(id) ?? add({ ...more, id, type, key, amountBaseUnits, txHash: pay(id, to, amountBaseUnits) });
  };
  let listed: readonly BankTx[] = [];
  const answerList = (url: URL, request: SignedRequest) => {
    const fresh: Asked = { ...bank, transactions: [], spei: [] };
    if (url.pathname.endsWith("/deposits")) fresh.spei.push(...news.spei.splice(0));
    if (url.pathname.endsWith("/transactions")) {
      // Who has been listed and read is not asked for again.
      for (const { id } of listed) byId.delete(id);
      listed = news.transactions.splice(0);
      fresh.transactions.push(...listed);
    }
    const whole = new URL(url);
    for (const size of ["size", "page_size"]) if (url.searchParams.has(size)) whole.searchParams.set(size, "100000");
    return answerRequest(fresh, whole, request);
  };
  const bank: Asked = {
    ...{ accountTexts, byId, order, refunds: [], spei: [], transactions: [] },
    held: { available: PLENTY_BASE_UNITS, limbo: 0n, sentBack: 0n, credited: 0n },
    register: () => {
      throw new Error("Every seller has an account.");
    },
  };
  const send: Send = async (url, request) =>
    request.method === "GET" && url.searchParams.has("page")
      ? answerList(url, request)
      : answerRequest(bank, url, request);
  return {
    send,
    /** A buyer's SPEI, and what is issued for it. */
    receive: (paymentId: number) => {
      const [fid, clabe, amountCentavos] = [`fid-${paymentId}`, depositClabeOf(paymentId), amountOf(paymentId)];
      const createdAtMs = Date.now();
      news.spei.push({ createdAtMs, listed: speiJson({ fid, clabe, amountCentavos, createdAtMs }) });
      const amountBaseUnits = amountCentavos * BASE_UNITS_PER_CENTAVO;
      add({ id: v5(`issuance:${fid}`, NAMES), type: "ISSUANCE", amountBaseUnits, clabe, fid });
    },
    credit: (txHash: BankTx["txHash"], amountBaseUnits: bigint) =>
      void add({ id: v5(`credit:${txHash}`, NAMES), type: "CRYPTO_DEPOSIT", amountBaseUnits, txHash }),
  };
}
