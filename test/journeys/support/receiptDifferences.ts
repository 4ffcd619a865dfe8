import { nodeAt } from "../../../bin/verifyReceipt/askNode.ts";
import { receiptFile } from "../../../bin/verifyReceipt/receiptFile.ts";
import { verifyReceipt } from "../../../bin/verifyReceipt/verifyReceipt.ts";

type System = Readonly<{
  apiKey: string;
  anvil: { rpcUrl: string };
  contracts: { mxnb: string; escrow: string };
}>;

/** What a stranger with a node alone finds otherwise than a payment's receipt says; nothing, when all of it is true. */
export async function receiptDifferences(reactor: { url: string }, system: System, id: number) {
  const headers = { authorization: `Bearer ${system.apiKey}` };
  const response = await fetch(`${reactor.url}/api/payments/${id}/receipt`, { headers });
  const { mxnb, escrow } = system.contracts;
  const known = { mxnb: mxnb.toLowerCase(), escrow: escrow.toLowerCase() };
  const receipt = receiptFile.parse(await response.json());
  const { findings } = await verifyReceipt(receipt, nodeAt(system.anvil.rpcUrl), known);
  return findings.filter(({ differs }) => differs !== null);
}
