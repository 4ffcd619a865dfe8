import type { Account, BankTx, Refund } from "./records.ts";

/** Millionths as a plain decimal, as the bank writes amounts. */
const decimal = (baseUnits: bigint) => `${baseUnits / 1_000_000n}.${String(baseUnits % 1_000_000n).padStart(6, "0")}`;
const time = (ms: number) => new Date(ms).toISOString().replace("Z", "000000Z");
const shownStatus = (tx: BankTx) => (tx.shownBackwards ? "IN_PROGRESS" : tx.status);

/** The bank's own JSON, in the shapes that sandbox/ answers with. */
export function summaryJson(tx: BankTx): string {
  return `{"id":"${tx.id}","amount":${decimal(tx.amountBaseUnits)},"currency":"${currencyOf(tx)}","transaction_type":"${tx.type}","summary_status":"${shownStatus(tx)}","network":"ARBITRUM","created_at":"${time(tx.createdAtMs)}","updated_at":"${time(tx.updatedAtMs)}"}`;
}

export function detailJson(tx: BankTx): string {
  const hash = tx.txHash === null ? {} : { crypto_tx_hash: tx.txHash };
  const details = {
    amount: decimal(tx.amountBaseUnits),
    ...(tx.type === "ISSUANCE" && {
      deposit_receiver_clabe: tx.clabe,
      external_fiat_id: tx.fid,
      refunded: tx.refunded,
    }),
    ...(tx.type === "REDEMPTION" && { destination_bank_account_id: tx.accountId }),
    ...(tx.type === "CRYPTO_WITHDRAWAL" && { crypto_destination_address: tx.address }),
    ...(tx.type === "CRYPTO_WITHDRAWAL" || tx.type === "CRYPTO_DEPOSIT" ? hash : {}),
  };
  const payload = {
    ...{ transaction_id: tx.id, currency: currencyOf(tx), transaction_type: tx.type, status: shownStatus(tx), details },
    ...{ created_at: time(tx.createdAtMs), updated_at: time(tx.updatedAtMs) },
  };
  return `{"success":true,"payload":{"amount":${decimal(tx.amountBaseUnits)},${JSON.stringify(payload).slice(1)}}`;
}

const currencyOf = (tx: BankTx) => (tx.type === "ISSUANCE" || tx.type === "REDEMPTION" ? "MXN" : "mxnb");

type Arrived = Readonly<{ fid: string; clabe: string; amountCentavos: bigint; createdAtMs: number }>;

/** A list of which only a page at a time is made. */
export type Listed<T> = Readonly<{ length: number; slice(from: number, to: number): readonly T[] }>;

export function springPage<T>(items: Listed<T>, asJson: (item: T) => string, query: URLSearchParams): string {
  const [page, size] = [Number(query.get("page")), Number(query.get("size"))];
  const last = (page + 1) * size >= items.length;
  const content = items
    .slice(page * size, (page + 1) * size)
    .map(asJson)
    .join(",");
  return `{"success":true,"payload":{"content":[${content}],"last":${last},"total_elements":${items.length}}}`;
}

export function speiPage<T>(items: Listed<T>, asJson: (item: T) => string, query: URLSearchParams): string {
  const [page, size] = [Number(query.get("page")), Number(query.get("page_size"))];
  const response = items
    .slice((page - 1) * size, page * size)
    .map(asJson)
    .join(",");
  const pages = Math.ceil(items.length / size);
  return `{"success":true,"payload":{"total_items":${items.length},"total_pages":${pages},"current_page":${page},"response":[${response}]}}`;
}

export function speiJson({ fid, clabe, amountCentavos, createdAtMs }: Arrived): string {
  return JSON.stringify({
    ...{
      fid,
      status: "complete",
      amount: `${amountCentavos / 100n}.${String(amountCentavos % 100n).padStart(2, "0")}`,
    },
    ...{ receiver_clabe: clabe, tracking_key: fid, created_at: time(createdAtMs) },
  });
}

export function refundJson({ id, of, amountBaseUnits, createdAtMs }: Refund): string {
  const funding = { amount: decimal(amountBaseUnits), refunded_transaction_id: of };
  return JSON.stringify({ id, type: "FUNDING", status: "COMPLETE", created_at: time(createdAtMs), funding });
}

export const accountJson = ({ id, tag, name, clabe }: Account): string =>
  JSON.stringify({ id, tag, recipient_legal_name: name, clabe, ownership: "THIRD_PARTY" });

export const balancesJson = (available: bigint) =>
  `{"success":true,"payload":{"balances":[{"asset":"mxnbj","available":${decimal(available)}}]}}`;

export const failureJson = (code: string, message: string) =>
  JSON.stringify({ success: false, error: { code, message } });
