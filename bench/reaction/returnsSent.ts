import { decodeFunctionData, type Hex, parseTransaction } from "viem";
import { mxnbAbi } from "../../abis/mxnb.ts";
import type { System } from "../../bin/certify/openSystem.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { BASE_UNITS_PER_CENTAVO } from "../../reactor/payments/money.ts";

/** Notes when each transaction that sends MXNB back to Juno reaches the node, by the proxy that the reactor reaches it through. */
export function returnsSent(system: Pick<System, "setNodeFault" | "contracts">): Readonly<{
  /** Its first arrival, unix ms. @throws Error when it never came, or came as two transactions. */
  of(amountCentavos: bigint): number;
}> {
  const { juno } = localAccounts();
  const arrived = new Map<bigint, { atMs: number; raw: Hex }>();
  const doubled = new Set<bigint>();
  system.setNodeFault(({ method, params: [raw] }) => {
    if (method !== "eth_sendRawTransaction") return "none";
    const atMs = Date.now();
    const amount = returnedBy(raw as Hex);
    if (amount === null) return "none";
    const known = arrived.get(amount);
    if (known === undefined) arrived.set(amount, { atMs, raw: raw as Hex });
    else if (known.raw !== raw) doubled.add(amount);
    return "none";
  });
  const returnedBy = (raw: Hex): bigint | null => {
    const { to, data } = parseTransaction(raw);
    if (data === undefined || to?.toLowerCase() !== system.contracts.mxnb.toLowerCase()) return null;
    const call = decodeFunctionData({ abi: mxnbAbi, data });
    if (call.functionName !== "transfer") return null;
    const [receiver, amount] = call.args;
    return receiver.toLowerCase() === juno.address.toLowerCase() ? amount : null;
  };
  return {
    of(amountCentavos) {
      const amount = amountCentavos * BASE_UNITS_PER_CENTAVO;
      if (doubled.has(amount)) throw new Error(`${amountCentavos} centavos were sent back twice.`);
      const first = arrived.get(amount);
      if (first === undefined) throw new Error(`${amountCentavos} centavos were never sent back.`);
      return first.atMs;
    },
  };
}
