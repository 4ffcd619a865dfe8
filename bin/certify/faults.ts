import { encodeErrorResult, type Hex, isHex, keccak256, parseAbi, toFunctionSelector } from "viem";
import { z } from "zod";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { toDecimal } from "../../reactor/payments/money.ts";
import type { Fault } from "../stack/startRpcProxy.ts";
import { turnDial } from "../stack/turnDial.ts";
import type { Cell } from "./cells.ts";
import type { CellPayment } from "./createCellPayment.ts";
import type { NodeFault, System } from "./openSystem.ts";
import { plans } from "./plans.ts";

/** Until it is taken back: the first call that meets it need not be the cell's own. */
const LASTING = 1_000;

const WORDS = parseAbi(["error Error(string words)"]);
/** Anvil's answer to a transaction that its sender cannot pay for. */
const NO_GAS = { code: -32_003, message: "Insufficient funds for gas * price + value" };

/** Makes the cell's call end as its outcome says. */
export async function setFault(system: System, cell: Cell, payment: CellPayment): Promise<void> {
  if (cell.outcome === "ok") return;
  if (plans[cell.action].rail === "bank") await turnDial(system.sandbox, [bankFault(cell, payment)]);
  else system.setNodeFault(nodeFault(system, cell, payment));
}

/** Whether the cell's fault has met a call since it was set: of the bank the payment's own, as far as a call has an amount. */
export async function faultHasStruck({ sandbox, nodeFaultStrikes }: System, { action }: Cell): Promise<boolean> {
  if (plans[action].rail !== "bank") return nodeFaultStrikes() > 0;
  const { faults } = dialled.parse(await (await fetch(`${sandbox.url}/sandbox/dial`)).json());
  return faults.some(({ times }) => times < LASTING);
}

const dialled = z.object({ faults: z.array(z.object({ times: z.number() })) });

export async function clearFaults(system: System): Promise<void> {
  system.setNodeFault(() => "none");
  await fetch(`${system.sandbox.url}/sandbox/dial`, { method: "DELETE" });
}

function bankFault({ action, outcome }: Cell, { amountCentavos }: CellPayment): Parameters<typeof turnDial>[1][number] {
  // Registering an account has no amount to wait for, or to refuse, and moves no money.
  const own = action === "registerAccount" ? {} : { amount: toDecimal(amountCentavos) };
  const fault = { endpoint: plans[action].call, times: LASTING, ...own };
  if (outcome === "happened") return { ...fault, kind: "accept-then-drop-reply" };
  if (outcome === "did_not_happen") return { ...fault, kind: "drop-before-accepting" };
  if (action === "registerAccount") return { ...fault, kind: "401-by-nonce" };
  return { ...fault, kind: "refuse-below-minimum", minimum: toDecimal(amountCentavos + 1n) };
}

/**
 * Before the intent it is the simulation that says no; afterwards, the node that does not take the transaction, this
 * payment's alone: the lane is one, and another one's call in front of it would never let it through.
 */
function nodeFault({ database: { pool } }: System, { action, point, outcome }: Cell, payment: CellPayment): NodeFault {
  if (outcome === "refused" && point === "before_intent") {
    const { call, refusal = "" } = plans[action];
    const selector = selectorOf(call);
    return ({ method, params }) =>
      method === "eth_estimateGas" && dataOf(params[0]).startsWith(selector) ? revert(refusal) : "none";
  }
  const answer: Fault = outcome === "refused" ? NO_GAS : outcome === "happened" ? "lose_reply" : "lose_request";
  return async ({ method, params: [raw] }) => {
    if (method !== "eth_sendRawTransaction" || !isHex(raw)) return "none";
    // Signed bytes are stored before they leave, so that their hash tells whose they are.
    const { rowCount } = await pool.query(
      `select from kustodia.chain_transaction left join kustodia.leg on leg.id = leg_id
       where hash = $1 and action = $2 and (payment_id = $3 or payment_id is null)`,
      [keccak256(raw), action, payment.id],
    );
    return rowCount === 0 ? "none" : answer;
  };
}

function selectorOf(name: string): Hex {
  const item = [...kustodiaEscrowAbi, ...mxnbAbi].find((one) => one.type === "function" && one.name === name);
  if (item?.type !== "function") throw new Error(`Neither contract has a function ${name}.`);
  return toFunctionSelector(item);
}

const dataOf = (call: unknown): string =>
  typeof call === "object" && call !== null && "data" in call ? String(call.data) : "";

function revert(words: string): Fault {
  return {
    code: 3,
    message: `execution reverted: ${words}`,
    data: encodeErrorResult({ abi: WORDS, errorName: "Error", args: [words] }),
  };
}
