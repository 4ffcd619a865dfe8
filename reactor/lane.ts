import type { Hex } from "viem";
import { broadcast } from "./chain/broadcast.ts";
import { encodeApprove } from "./chain/calls.ts";
import { bumpFees, currentFees } from "./chain/fees.ts";
import { readNonceAt } from "./chain/readNonceAt.ts";
import { readTokenState } from "./chain/readTokenState.ts";
import { receiptOf } from "./chain/receiptOf.ts";
import { simulate } from "./chain/simulate.ts";
import { BASE_UNITS_PER_CENTAVO } from "./payments/money.ts";
import type { Reactor } from "./reactor.ts";
import { stopOutgoing } from "./stopOutgoing.ts";
import { anyLegWaitsFor } from "./store/anyLegWaitsFor.ts";
import {
  type ChainTransactionRow,
  lastApproval,
  openTransactions,
  reserveBump,
  reserveNonce,
  saveIncluded,
  saveReceipt,
  saveSent,
  saveSignature,
} from "./store/chainTransactions.ts";
import { readHead } from "./store/heads.ts";
import { isKilled } from "./store/killSwitch.ts";

/** The same bytes are sent again after this long without a receipt: nodes forget. */
const REPEAT_AFTER_MS = 15_000;
/** A price that found no block for this long is raised, on the same nonce and the same call. */
const BUMP_AFTER_MS = 90_000;
const BUMP_PERCENT = 15;

/**
 * Moves the lane on: signs what has a nonce, sends what is signed in strict nonce order, stopping at the first that the
 * node does not accept, and closes what has a receipt. Call it under the lane's lock. Everything it does may be repeated:
 * the bytes of a nonce and a price are always the same.
 */
export async function moveLane(reactor: Reactor, nowMs: number): Promise<void> {
  const { db, signer, world } = reactor;
  const open = await openTransactions(db, signer.address);
  const settledHead = (await readHead(db, reactor.facts.chainId))?.settledNumber ?? null;
  for (const row of open) {
    const signed = row.raw && row.hash ? row : await sign(reactor, row);
    if (["sent", "included"].includes(signed.state) && (await closeMined(reactor, signed, settledHead))) continue;
    const lastSentMs = signed.sentAtMs ?? 0;
    if (signed.state === "sent" && nowMs - lastSentMs < REPEAT_AFTER_MS) continue;
    // Checked before each send, not once: the switch stops what has not left yet (DESIGN 5).
    if (await isKilled(db)) return;
    await reactor.identity.assertAlive();
    const answer = broadcast(world.chain, signed.raw as Hex);
    await reactor.passing("before_reply", signed.action, signed.legId);
    const sent = await answer;
    await reactor.passing("after_reply", signed.action, signed.legId);
    if (sent.outcome === "done") {
      await saveSent(db, signed.id);
      await reactor.passing("after_commit", signed.action, signed.legId);
    } else if (sent.outcome === "refused" && sent.reason === "nonce_too_low") {
      if (await closeMined(reactor, signed, settledHead)) continue;
      await suspectForeignNonce(reactor, open, signed, settledHead);
      return;
    } else {
      reactor.console.say(`⛓️  La cadena no aceptó el nonce ${signed.nonce} (${signed.action}): ${sent.message}`);
      return;
    }
    if (nowMs - signed.createdAtMs > BUMP_AFTER_MS) await bump(reactor, open, signed);
  }
}

async function sign(reactor: Reactor, row: ChainTransactionRow): Promise<ChainTransactionRow> {
  const { nonce, gas, maxFeePerGas, maxPriorityFeePerGas } = row;
  const [to, data] = [row.to as Hex, row.data as Hex];
  const { chainId } = reactor.facts;
  const signed = await reactor.signer.sign({ chainId, nonce, gas, maxFeePerGas, maxPriorityFeePerGas, to, data });
  await saveSignature(reactor.db, row.id, signed);
  return { ...row, ...signed, state: "signed" };
}

/**
 * Looks for a receipt, and closes the nonce once its block is settled: before that a reorg may still undo it, and then the
 * same bytes go out again.
 * @returns whether there is a receipt, so that nothing need be sent.
 */
async function closeMined(reactor: Reactor, row: ChainTransactionRow, settledHead: bigint | null): Promise<boolean> {
  const settles = (block: bigint | null) => block !== null && settledHead !== null && block <= settledHead;
  if (row.state === "included" && !settles(row.includedInBlock)) return true;
  const receipt = await receiptOf(reactor.world.chain, row.hash as Hex);
  if (receipt.outcome === "unknown") return true;
  if (receipt.outcome === "absent") return false;
  if (settles(receipt.blockNumber)) {
    await saveReceipt(reactor.db, row, receipt.status === "success" ? "mined" : "reverted");
  } else {
    await saveIncluded(reactor.db, row.id, receipt.blockNumber);
  }
  return true;
}

/**
 * Our nonce is used up and none of our own transactions used it: somebody else sends with our key. All outgoing money
 * stops until a person has looked (DESIGN 7). Only the settled head can say so; before it, a reorg may.
 */
async function suspectForeignNonce(
  reactor: Reactor,
  open: readonly ChainTransactionRow[],
  row: ChainTransactionRow,
  settledHead: bigint | null,
): Promise<void> {
  if (settledHead === null || (await readNonceAt(reactor.world.chain, settledHead)) <= row.nonce) return;
  for (const { hash } of open.filter((one) => one.nonce === row.nonce)) {
    if (hash && (await receiptOf(reactor.world.chain, hash as Hex)).outcome !== "absent") return;
  }
  await stopOutgoing(
    reactor,
    `el nonce ${row.nonce} lo usó una transacción que no es nuestra: otro programa tiene la llave`,
  );
}

async function bump(reactor: Reactor, open: readonly ChainTransactionRow[], row: ChainTransactionRow): Promise<void> {
  const dearest = open.findLast((one) => one.nonce === row.nonce);
  if (dearest?.id !== row.id) return;
  const fees = bumpFees(row, { percent: BUMP_PERCENT, capWei: reactor.limits.gasPriceCapWei });
  if (fees === null) return;
  await reserveBump(reactor.db, row, fees);
}

/**
 * Keeps the escrow's allowance over the bridge's MXNB: raised to its ceiling when less than half is left, or when a leg
 * waits for it. Standing and bounded, since an approval per payment would overwrite its neighbour's (DESIGN 7).
 */
export async function keepAllowance(reactor: Reactor): Promise<void> {
  const { db, signer, world, limits } = reactor;
  if (await isKilled(db)) return;
  const last = await lastApproval(db, signer.address);
  if (last && ["reserved", "signed", "sent"].includes(last.state)) return;
  const ceilingBaseUnits = limits.allowanceCentavos * BASE_UNITS_PER_CENTAVO;
  const { allowanceBaseUnits, paused } = await readTokenState(world.chain);
  if (paused || allowanceBaseUnits >= ceilingBaseUnits) return;
  if (allowanceBaseUnits * 2n >= ceilingBaseUnits && !(await anyLegWaitsFor(db, "allowance"))) return;
  const call = encodeApprove(world.chain, { amountBaseUnits: ceilingBaseUnits });
  const simulation = await simulate(world.chain, call);
  if (simulation.outcome !== "done") return;
  const fees = await currentFees(world.chain);
  const { to, data } = call;
  const { gas } = simulation;
  const generation = (last?.generation ?? -1) + 1;
  await reactor.passing("before_intent", "approve", null);
  await db.transaction((tx) =>
    reserveNonce(tx, signer.address, { legId: null, action: "approve", generation, to, data, gas, ...fees }),
  );
  await reactor.passing("after_intent", "approve", null);
}
