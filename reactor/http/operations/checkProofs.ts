import type { Claim } from "../../payments/decision.ts";
import type { Facts } from "../../payments/facts.ts";
import type { Carried, Leg } from "../../payments/leg.ts";
import { BASE_UNITS_PER_CENTAVO } from "../../payments/money.ts";
import { proveNo } from "../../payments/proveNo.ts";
import type { Proof, Wallet } from "../../payments/reviewExits.ts";
import { seenLog } from "../../payments/watchedFact.ts";
import type { Queryable } from "../../store/database.ts";
import { claimantOf, findBankTransaction, findLog, findRefund, readingsAfter } from "../../store/evidence.ts";
import type { FactsContext } from "../../store/factsOf.ts";
import { Problem } from "../Problem.ts";

/** What a person gives as evidence: names of facts that the bank or the chain shows. */
export type Evidence = Readonly<Partial<Record<"bank_transaction" | "token_transfer" | "refund", string | undefined>>>;

/** What was shown: what the leg learns by it, and what it uses up. */
export type Proven = Readonly<{ learnt: Carried; claims: readonly Claim[]; shown: Readonly<Record<string, string>> }>;

type Asked = Readonly<{ db: Queryable; context: FactsContext; leg: Leg; facts: Facts; evidence: Evidence }>;

/** The bank's clock and ours may differ by this much (DESIGN 6, rule 2). */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * Looks up everything that an exit asks for, and compares it.
 * @param asked the leg as it stood before its review, and what the person gave.
 * @throws {Problem} naming the first piece that is missing, unknown, another's, or not equal.
 */
export async function checkProofs(proofs: readonly Proof[], asked: Asked): Promise<Proven> {
  let proven: Proven = { learnt: {}, claims: [], shown: {} };
  for (const proof of proofs) {
    const more = await checkProof(proof, asked);
    proven = {
      learnt: { ...proven.learnt, ...more.learnt },
      claims: [...proven.claims, ...more.claims],
      shown: { ...proven.shown, ...more.shown },
    };
  }
  return proven;
}

function checkProof(proof: Proof, asked: Asked): Promise<Proven> {
  switch (proof.kind) {
    case "bank_transaction":
      return checkBankTransaction(proof, asked);
    case "token_transfer":
      return checkTransfer(proof, asked);
    case "refund":
      return checkRefund(proof, asked);
    case "definite_no":
      return checkNo(proof, asked);
    case "issuance_given_back":
    case "issuance_stands":
      return checkIssuance(proof, asked);
  }
}

async function checkBankTransaction(
  proof: Extract<Proof, { kind: "bank_transaction" }>,
  { db, context, leg, facts, evidence }: Asked,
): Promise<Proven> {
  const id = given(evidence, "bank_transaction");
  const row = await findBankTransaction(db, id);
  const source = proof.type === "ISSUANCE" ? "issuance" : "bank_transaction";
  const carried = leg.carried[proof.learns];
  const sentAtMs = facts.attempts[0]?.sentAtMs ?? 0;
  refuseUnless("bank_transaction", id, {
    unknown: row !== null,
    other_account: row?.account === context.account,
    other_type: row?.type === proof.type,
    other_status: row !== null && proof.statuses.includes(row.status) && !(proof.type === "ISSUANCE" && row.refunded),
    other_amount: row?.amountBaseUnits === baseUnitsOf(leg),
    another_order: carried === undefined || carried === id,
    other_destination:
      (row?.bankAccountId ?? null) === null ||
      leg.carried.bankAccountId === undefined ||
      row?.bankAccountId === leg.carried.bankAccountId,
    before_the_order: row !== null && row.createdAtMs >= sentAtMs - CLOCK_TOLERANCE_MS,
    claimed: isFree(await claimantOf(db, source, id), leg),
  });
  return { learnt: { [proof.learns]: id }, claims: [{ source, outsideId: id }], shown: { bank_transaction: id } };
}

async function checkTransfer(
  proof: Extract<Proof, { kind: "token_transfer" }>,
  { db, context, leg, evidence }: Asked,
): Promise<Proven> {
  const key = given(evidence, "token_transfer");
  const log = await findLog(db, key, context);
  const wallets: Readonly<Record<Wallet, string>> = {
    bridge: context.bridge,
    escrow: context.escrowContract,
    juno: context.junoWallet,
  };
  const isOneOf = (address: string | null | undefined, allowed: readonly Wallet[]) =>
    allowed.some((wallet) => wallets[wallet] === address);
  refuseUnless("token_transfer", key, {
    unknown: log !== null,
    other_type: log?.kind === "Transfer" && log.contract === context.token,
    other_amount: log?.amountBaseUnits === baseUnitsOf(leg),
    // Juno withdraws from wallets that it does not name: who received it is what counts there.
    other_destination: isOneOf(log?.to, proof.to) && (proof.from.includes("juno") || isOneOf(log?.from, proof.from)),
    claimed: isFree(await claimantOf(db, "token_transfer", key), leg),
  });
  if (log === null) throw new Error(`Transfer ${key} was accepted without being there.`);
  // Watched until it is settled, as every Transfer that a leg went on by.
  const used = { source: "token_transfer", outsideId: key, seen: seenLog(log) } as const;
  return { learnt: {}, claims: [used], shown: { token_transfer: key, tx_hash: log.txHash } };
}

async function checkRefund(
  proof: Extract<Proof, { kind: "refund" }>,
  { db, context, leg, facts, evidence }: Asked,
): Promise<Proven> {
  const failedId = leg.carried[proof.of];
  const id = evidence.refund ?? facts.claims.refund ?? given(evidence, "refund");
  const row = await findRefund(db, id);
  const failed = facts.bank.find((fact) => fact.id === failedId);
  refuseUnless("refund", id, {
    unknown: row !== null,
    other_account: row?.account === context.account,
    // A refund alone is not enough: the bank must also say that the order itself failed (DESIGN 6).
    not_failed: failed?.status === "FAILED",
    another_order: row !== null && (row.refundOf === null || row.refundOf === failedId),
    other_amount: row?.amountBaseUnits === baseUnitsOf(leg),
    claimed: isFree(await claimantOf(db, "refund", id), leg),
  });
  return { learnt: {}, claims: [{ source: "refund", outsideId: id }], shown: { refund: id } };
}

async function checkNo(
  { action }: Extract<Proof, { kind: "definite_no" }>,
  { db, context, leg, facts }: Asked,
): Promise<Proven> {
  const sent = facts.attempts.filter((attempt) => attempt.action === action);
  const [first] = sent;
  const last = sent.at(-1);
  const readings =
    first === undefined || last === undefined
      ? null
      : await readingsAfter(db, context.account, {
          startedAfterMs: last.sentAtMs + facts.keyLifetimeMs,
          reachingMs: first.sentAtMs,
        });
  const verdict = proveNo(leg, action, facts, readings);
  if (!verdict.proven) throw new Problem("not_proven_absent", { facts: { action, missing: verdict.missing } });
  return { learnt: {}, claims: [], shown: { not_happened: verdict.by } };
}

/** Read from what the bank last showed of the leg's own issuance. */
async function checkIssuance(
  { kind }: Extract<Proof, { kind: "issuance_given_back" | "issuance_stands" }>,
  { leg, facts }: Asked,
): Promise<Proven> {
  const id = leg.carried.issuanceId ?? "";
  const isGivenBack = facts.bank.some((fact) => fact.id === id && fact.refunded);
  if (isGivenBack === (kind === "issuance_given_back")) return { learnt: {}, claims: [], shown: { issuance_id: id } };
  throw new Problem(isGivenBack ? "deposit_given_back" : "deposit_not_given_back", { facts: { id } });
}

const baseUnitsOf = (leg: Leg) => leg.amountCentavos * BASE_UNITS_PER_CENTAVO;
const isFree = (claimant: number | null, leg: Leg) => claimant === null || claimant === leg.id;

function given(evidence: Evidence, name: keyof Evidence): string {
  const id = evidence[name];
  if (id === undefined) throw new Problem("evidence_missing", { facts: { name }, pointer: `/evidence/${name}` });
  return id;
}

/** @param holds what must be true of the evidence, by the name of what is wrong when it is not. */
function refuseUnless(name: keyof Evidence, id: string, holds: Readonly<Record<string, boolean>>): void {
  const [wrong] = Object.entries(holds).find(([, isTrue]) => !isTrue) ?? [];
  if (wrong === undefined) return;
  throw new Problem("evidence_does_not_fit", { facts: { name, id, wrong }, pointer: `/evidence/${name}` });
}
