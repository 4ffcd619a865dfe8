import { type Address, decodeFunctionData } from "viem";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import type { ChainCall, ChainVerb } from "./calls.ts";
import type { ChainClient } from "./client.ts";
import { describeFailure } from "./failures.ts";
import { currentFees, type Fees } from "./fees.ts";
import { type EscrowStatus, readEscrow } from "./readEscrow.ts";
import { REFUSALS, type RefusalReason, type RefusedWhen, revertOf } from "./refusals.ts";

export type Simulation =
  /** `gas` is the limit to sign with, `fees` what to offer for it now. */
  | Readonly<{ outcome: "done"; gas: bigint; fees: Fees }>
  | Readonly<{ outcome: "refused"; reason: RefusalReason; when: RefusedWhen; message: string }>
  | Readonly<{ outcome: "unknown"; message: string }>;

// Up to 15 calls of ours may run between the estimate and the real thing, and storage they touched costs differently:
// worst, one that leaves the receiving wallet empty, since to fill an empty slot costs 17,100 more than to change a full
// one (EIP-2929: 20,000 against 2,900). Unused gas is not paid for.
const GAS_MARGIN_PERCENT = 25n;
const GAS_TO_FILL_A_SLOT = 17_100n;

const ENDED = { released: "already_released", cancelled: "cancelled" } as const;

/**
 * Runs a call on the latest block without sending it, so that a refusal costs neither gas nor a nonce. Refused for lack
 * of ether too, which a node reports only when the transaction is really sent.
 *
 * @param options.from who would send it; the bridge wallet unless said otherwise.
 */
export async function simulate(
  client: ChainClient,
  call: ChainCall,
  { from = client.bridge }: { from?: Address } = {},
): Promise<Simulation> {
  try {
    const [estimate, fees, balanceWei] = await Promise.all([
      client.reads.estimateGas({ account: from, to: call.to, data: call.data, blockTag: "latest" }),
      currentFees(client),
      client.reads.getBalance({ address: from }),
    ]);
    const gas = ((estimate + GAS_TO_FILL_A_SLOT) * (100n + GAS_MARGIN_PERCENT)) / 100n;
    const neededWei = gas * fees.maxFeePerGas;
    if (balanceWei < neededWei) return refused("no_gas", `${from} has ${balanceWei} wei, ${neededWei} needed`);
    return { outcome: "done", gas, fees };
  } catch (error) {
    const revert = revertOf(error);
    if (revert && !revert.meaning) client.onUnclassified?.(`${call.verb} revirtió: ${revert.message}`);
    if (!revert?.meaning) return { outcome: "unknown", message: revert?.message ?? describeFailure(error) };
    if (revert.meaning !== "wrong_status") return refused(revert.meaning, revert.message);
    return refusedForStatus(client, call, revert.message);
  }
}

/** Which refusal each status means to a call. Null where that call accepts that status. */
const REFUSED_BY_STATUS: Readonly<Partial<Record<ChainVerb, Readonly<Record<EscrowStatus, RefusalReason | null>>>>> = {
  fundEscrow: { ...ENDED, pending: null, funded: "already_funded", disputed: "disputed" },
  release: { ...ENDED, pending: "not_funded", funded: null, disputed: "disputed" },
  dispute: { ...ENDED, pending: "not_funded", funded: null, disputed: "disputed" },
  resolveDispute: { ...ENDED, pending: "not_funded", funded: "not_disputed", disputed: null },
};

/** "Not funded" is what both a pending and a released escrow answer: its status, read again, tells them apart. */
async function refusedForStatus(client: ChainClient, call: ChainCall, message: string): Promise<Simulation> {
  const byStatus = REFUSED_BY_STATUS[call.verb];
  const [escrowId] = decodeFunctionData({ abi: kustodiaEscrowAbi, data: call.data }).args ?? [];
  if (!byStatus || typeof escrowId !== "bigint") return { outcome: "unknown", message };
  try {
    const escrow = await readEscrow(client, escrowId);
    const reason = escrow ? byStatus[escrow.status] : "unknown_escrow";
    // Null: the status changed between the two readings. Nothing is known but that it moves.
    return reason ? refused(reason, message) : { outcome: "unknown", message };
  } catch (error) {
    return { outcome: "unknown", message: `${message}; ${describeFailure(error)}` };
  }
}

function refused(reason: RefusalReason, message: string): Simulation {
  return { outcome: "refused", reason, when: REFUSALS[reason], message };
}
