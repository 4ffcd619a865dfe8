import { BASE_UNITS_PER_CENTAVO } from "../../reactor/payments/money.ts";
import { addresses } from "./chain/addresses.ts";
import { depositClabeOf, payoutClabeOf, refundClabeOf } from "./people.ts";
import { INSTALLATION_ID, type World } from "./world.ts";

/** What the bank and the chain alone show of one payment. Nothing of ours is asked. */
type Outside = Readonly<{
  issued: bigint;
  /** To the seller, and back to the buyer. */
  paid: bigint;
  refunded: bigint;
  payouts: number;
  escrows: readonly Readonly<{ id: string; status: string }>[];
}>;

/** Reads a payment off the outside: by the CLABEs that are its own, and by its name on chain. */
function lookOutside(world: World, paymentId: number): Outside {
  const { bank } = world;
  const found = { issued: 0n, paid: 0n, refunded: 0n, payouts: 0 };
  for (const tx of bank.byClabe(depositClabeOf(paymentId))) {
    if (tx.status === "COMPLETE") found.issued += tx.amountBaseUnits;
  }
  const count = (clabe: string, whose: "paid" | "refunded") => {
    for (const tx of bank.byClabe(clabe)) {
      if (tx.status === "FAILED") continue;
      found.payouts++;
      if (tx.status === "COMPLETE") found[whose] += tx.amountBaseUnits;
    }
  };
  count(payoutClabeOf(paymentId), "paid");
  count(refundClabeOf(paymentId), "refunded");
  const name = `kustodia:${INSTALLATION_ID.slice(0, 8)}:${paymentId}`;
  return { ...found, escrows: world.chain.ledger.named(name) };
}

/** Where the public status of a payment and the outside disagree, in sentences. */
export function recount(world: World, paymentId: number): readonly string[] {
  const payment = world.books.payments.get(paymentId);
  if (payment === undefined) return [];
  const amount = payment.amountCentavos * BASE_UNITS_PER_CENTAVO;
  const { issued, paid, refunded, payouts, escrows } = lookOutside(world, paymentId);
  const [escrow] = escrows;
  const { status } = payment;
  // Withdrawals of one amount go to one wallet, and are told apart by nobody: two legs may each have taken the other's.
  const tally = world.bank.tallyOf(amount);
  const isGivenUp = status === "expired" || status === "cancelled";
  const wrong: (string | false)[] = [
    payouts > 1 && `${payouts} payouts went out`,
    tally.withdrawn > tally.issued &&
      `${tally.withdrawn} withdrawals of its amount went out for ${tally.issued} deposits`,
    escrows.length > 1 && `${escrows.length} escrows hold it`,
    paid + refunded > issued && `${paid + refunded} base units were paid of ${issued}`,
    refunded > 0n && escrow?.status !== "cancelled" && `the buyer was paid, but its escrow is ${escrow?.status}`,
    status === "refunded" && refunded !== amount && `refunded, but ${refunded} of ${amount} base units went back`,
    status === "completed" && paid !== amount && `completed, but ${paid} of ${amount} base units were paid`,
    status === "completed" && escrow?.status !== "released" && `completed, but its escrow is ${escrow?.status}`,
    status === "active" && issued !== amount && `active, but ${issued} base units were issued`,
    status === "active" &&
      !(escrow && world.chain.isSettled(escrow.id)) &&
      "active, but a reorg may still take its escrow away",
    status === "expired" && issued > 0n && `expired, though ${issued} base units were issued`,
    status === "pending" && escrows.length > 0 && "pending, though an escrow holds it",
    isGivenUp && payouts > 0 && `${status}, though a payout went out`,
  ];
  return wrong.flatMap((sentence) => (sentence ? [`payment ${paymentId} (${status}): ${sentence}`] : []));
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
      const clabe = bank.accounts.get(tx.accountId ?? "")?.clabe ?? "";
      perKey.set(clabe, (perKey.get(clabe) ?? 0) + 1);
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
