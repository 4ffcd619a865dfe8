import { BASE_UNITS_PER_CENTAVO } from "../../reactor/payments/money.ts";
import {
  agreementOf,
  commissionClabeOf,
  correctedClabeOf,
  depositClabeOf,
  payoutClabeOf,
  refundClabeOf,
  returnClabeOf,
} from "./agreement.ts";
import { addresses } from "./chain/addresses.ts";
import type { PaymentRow } from "./memoryStore/books.ts";
import { returnIdOf } from "./people/legIds.ts";
import { INSTALLATION_ID, type World } from "./world.ts";

/** What the bank and the chain alone show of one payment. Nothing of ours is asked. */
type Outside = Readonly<{
  issued: bigint;
  /** Of it, what the bank then gave back out of its own. */
  recalled: bigint;
  /** To the seller and for commissions, and back to the buyer. */
  paid: bigint;
  refunded: bigint;
  /** How many went out, and how many of these to one account with the amount of another one. */
  payouts: number;
  alike: number;
  escrows: readonly Readonly<{ id: string; status: string }>[];
}>;

/** Reads a payment off the outside: by the CLABEs that are its own, and by its name on chain. */
function lookOutside(world: World, paymentId: number): Outside {
  const { bank } = world;
  const found = { issued: 0n, recalled: 0n, paid: 0n, refunded: 0n, payouts: 0, alike: 0 };
  const signs = new Set<string>();
  for (const tx of bank.byClabe(depositClabeOf(paymentId))) {
    if (tx.status === "COMPLETE") found.issued += tx.amountBaseUnits;
    if (tx.status === "COMPLETE" && tx.refunded) found.recalled += tx.amountBaseUnits;
  }
  const count = (clabe: string, whose: "paid" | "refunded") => {
    for (const tx of bank.byClabe(clabe)) {
      if (tx.status === "FAILED") continue;
      found.payouts++;
      const sign = `${clabe}:${tx.amountBaseUnits}`;
      if (signs.has(sign)) found.alike++;
      signs.add(sign);
      if (tx.status === "COMPLETE") found[whose] += tx.amountBaseUnits;
    }
  };
  count(payoutClabeOf(paymentId), "paid");
  count(correctedClabeOf(paymentId), "paid");
  count(commissionClabeOf(paymentId), "paid");
  count(refundClabeOf(paymentId), "refunded");
  const name = `kustodia:${INSTALLATION_ID.slice(0, 8)}:${paymentId}`;
  return { ...found, escrows: world.chain.ledger.named(name) };
}

/** Where the public status of a payment and the outside disagree, in sentences. */
export function recount(world: World, paymentId: number): readonly string[] {
  const payment = world.books.payments.get(paymentId);
  if (payment === undefined) return [];
  if (payment.purpose === "return") return recountReturn(world, payment);
  const amount = payment.amountCentavos * BASE_UNITS_PER_CENTAVO;
  const parts = agreementOf(world.chance, paymentId, payment.amountCentavos);
  const held = parts.reduce((sum, part) => (part.source === "custody" ? sum + part.amountCentavos : sum), 0n);
  const heldBaseUnits = held * BASE_UNITS_PER_CENTAVO;
  const { issued, recalled, paid, refunded, payouts, alike, escrows } = lookOutside(world, paymentId);
  const [escrow] = escrows;
  const { status } = payment;
  // Withdrawals of one amount go to one wallet, and are told apart by nobody: two legs may each have taken the other's.
  const tally = world.bank.tallyOf(amount);
  const isGivenUp = status === "expired" || status === "cancelled";
  const wrong: (string | false)[] = [
    (alike > 0 || payouts > parts.length) && `${payouts} payouts went out`,
    tally.withdrawn > tally.issued &&
      `${tally.withdrawn} withdrawals of its amount went out for ${tally.issued} deposits`,
    escrows.length > 1 && `${escrows.length} escrows hold it`,
    paid + refunded > issued && `${paid + refunded} base units were paid of ${issued}`,
    refunded > 0n && escrow?.status !== "cancelled" && `the buyer was paid, but its escrow is ${escrow?.status}`,
    status === "refunded" &&
      (refunded !== heldBaseUnits || paid + refunded !== amount) &&
      `refunded, but ${refunded} of ${heldBaseUnits} base units went back, and ${paid} were paid`,
    status === "completed" && paid !== amount && `completed, but ${paid} of ${amount} base units were paid`,
    status === "completed" && escrow?.status !== "released" && `completed, but its escrow is ${escrow?.status}`,
    status === "active" && issued !== amount && `active, but ${issued} base units were issued`,
    status === "active" &&
      !(escrow && world.chain.isSettled(escrow.id)) &&
      "active, but a reorg may still take its escrow away",
    status === "expired" &&
      issued > recalled &&
      `expired, though ${issued - recalled} base units were issued and stayed`,
    status === "pending" && escrows.length > 0 && "pending, though an escrow holds it",
    isGivenUp && payouts > 0 && `${status}, though a payout went out`,
  ];
  return wrong.flatMap((sentence) => (sentence ? [`payment ${paymentId} (${status}): ${sentence}`] : []));
}

/** Of money that is only sent back: once, whole, and to the account that two persons were given. */
function recountReturn({ bank }: World, { id, amountCentavos, depositClabe, status }: PaymentRow): readonly string[] {
  const amount = amountCentavos * BASE_UNITS_PER_CENTAVO;
  const sent = bank.byClabe(returnClabeOf(id - returnIdOf(0))).filter((tx) => tx.status !== "FAILED");
  const paid = sent.reduce((sum, tx) => (tx.status === "COMPLETE" ? sum + tx.amountBaseUnits : sum), 0n);
  const came = bank.byClabe(depositClabe).reduce((sum, tx) => sum + tx.amountBaseUnits, 0n);
  const wrong = [
    sent.length > 1 && `${sent.length} payouts went out`,
    paid > came && `${paid} base units were sent back of ${came}`,
    status === "refunded" && paid !== amount && `refunded, but ${paid} of ${amount} base units went back`,
  ];
  return wrong.flatMap((sentence) => (sentence ? [`payment ${id} (${status}): ${sentence}`] : []));
}

/** Every base unit of this world: paid in by buyers, and where it is now. */
export function countMoney({ bank, chain }: World) {
  const { ledger } = chain;
  let [paidIn, moving, paidOut] = [0n, 0n, 0n];
  const perKey = new Map<string, number>();
  for (const tx of bank.transactions) {
    const { type, status, amountBaseUnits } = tx;
    if (type === "ISSUANCE" && status === "COMPLETE") paidIn += amountBaseUnits;
    if (type === "REDEMPTION" && status === "COMPLETE") paidOut += amountBaseUnits;
    const arrived = type === "CRYPTO_WITHDRAWAL" && tx.txHash !== null && chain.receiptOf(tx.txHash) !== null;
    const isOrder = type === "CRYPTO_WITHDRAWAL" || type === "REDEMPTION";
    if (isOrder && status !== "FAILED" && status !== "COMPLETE" && !arrived) moving += amountBaseUnits;
    if (type === "CRYPTO_WITHDRAWAL" && status === "COMPLETE" && !arrived) moving += amountBaseUnits;
    if (type === "REDEMPTION" && status !== "FAILED") {
      const sign = `${bank.accounts.get(tx.accountId ?? "")?.clabe}:${amountBaseUnits}`;
      perKey.set(sign, (perKey.get(sign) ?? 0) + 1);
    }
  }
  const onChain = ledger.balanceOf(addresses.bridge) + ledger.balanceOf(addresses.escrow);
  const held = bank.held.available + bank.held.limbo + moving + onChain + returning({ bank, chain });
  const duplicates = [...perKey.values()].reduce((sum, times) => sum + times - 1, 0);
  return { lostBaseUnits: paidIn - paidOut - held, duplicates };
}

/** What came to the bank's wallet and is not credited yet. */
function returning({ bank, chain }: Pick<World, "bank" | "chain">): bigint {
  return chain.returnedBaseUnits() - bank.creditedBaseUnits();
}
