import type { BankTransaction } from "../reply.ts";
import { sent } from "./fields.ts";

type Details = Pick<
  BankTransaction,
  "refunded" | "txHash" | "receiverClabe" | "address" | "fiatId" | "bankAccountId" | "failure"
>;

/**
 * The names under which the details have been seen, best first. The first of each line is from a webhook fixture or a request
 * body; the others are guessed, for the documentation page that lists them was never read whole.
 */
const names = {
  txHash: ["crypto_tx_hash", "tx_hash", "transaction_hash", "hash"],
  receiverClabe: ["deposit_receiver_clabe", "receiver_clabe"],
  address: ["crypto_destination_address", "address", "recipient_address", "destination_address"],
  fiatId: ["external_fiat_id"],
  bankAccountId: ["destination_bank_account_id", "bank_account_id"],
  failure: ["failure_reason", "failure", "failure_message", "error"],
} as const;

/** The timeline step whose receipt is the on-chain hash, as Kustodia's own client reads it. */
const transferStep = "Tokens transferred";

/**
 * The type-specific part of a transaction. It stands in one object beside the common fields, whose name differs by type and is
 * partly unread, so every object is searched.
 */
export function detailsOf(wire: Readonly<Record<string, unknown>>): Details {
  const places = [wire, ...Object.values(wire).filter(isRecord)];
  // A reading of the bank comes through here with each of its transactions: no list is built for a look.
  const text = (candidates: readonly string[]) => {
    for (const name of candidates) {
      for (const place of places) {
        const value = place[name];
        if (typeof value === "string" && value !== "") return value;
      }
    }
    return undefined;
  };
  return {
    refunded: places.some((place) => place.refunded === true),
    ...sent({
      txHash: timelineHash(wire.timeline) ?? hex(text(names.txHash), HASH),
      receiverClabe: text(names.receiverClabe),
      address: hex(text(names.address), ADDRESS),
      fiatId: text(names.fiatId),
      bankAccountId: text(names.bankAccountId),
      failure: text(names.failure),
    }),
  };
}

/** The hash in the transfer step; else the only hash in the whole timeline, for the label of a deposit's step is unread. */
function timelineHash(timeline: unknown): `0x${string}` | undefined {
  if (!Array.isArray(timeline)) return undefined;
  const steps = timeline.filter(isRecord).flatMap((step) => {
    const hash = hex(step.receipt, HASH);
    return hash === undefined ? [] : [{ label: step.step, hash }];
  });
  const transfer = steps.find((step) => step.label === transferStep);
  return transfer?.hash ?? (steps.length === 1 ? steps[0]?.hash : undefined);
}

const HASH = /^0x[0-9a-fA-F]{64}$/;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

function hex(value: unknown, form: RegExp): `0x${string}` | undefined {
  if (typeof value !== "string" || !form.test(value)) return undefined;
  return `0x${value.slice(2).toLowerCase()}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
