import { decodeFunctionResult, encodeFunctionData, parseAbi } from "viem";
import { z } from "zod";
import type { AskNode } from "./askNode.ts";
import { compare, type Finding } from "./finding.ts";
import type { ReceiptFile, ReceiptLeg } from "./receiptFile.ts";

const sum = (amounts: readonly bigint[]) => amounts.reduce((total, one) => total + one, 0n);

/** What the parts of a receipt must say of each other: that its legs are the payment, and its proofs its legs. */
export function checkSums({ payment, chain, legs }: ReceiptFile): readonly Finding[] {
  const of = (kind: string) => legs.filter(({ leg }) => leg === kind);
  const amounts = (kind: string) => sum(of(kind).map(({ amount }) => amount));
  return [
    compare("monto del depósito / deposit's amount", amounts("deposit"), payment.amount),
    compare("suma de los pagos / sum of the payouts", amounts("payout"), payment.amount),
    ...of("custody").flatMap((leg) => checkCustody(leg, chain)),
  ];
}

/** How far a leg of custody says that it has come, its transfers must show. */
function checkCustody({ amount, state, movements }: ReceiptLeg, chain: ReceiptFile["chain"]): readonly Finding[] {
  const moved = (fits: (from: string | null, to: string | null) => boolean) =>
    sum(
      movements.flatMap(({ proof, amount: centavos }) =>
        proof.kind === "chain_log" && proof.event === "Transfer" && fits(proof.from, proof.to) ? [centavos ?? 0n] : [],
      ),
    );
  const entered = moved((_, to) => to === chain.escrow_contract);
  const left = moved((from) => from === chain.escrow_contract);
  const returned = moved((_, to) => to === chain.juno_wallet);
  return [
    ...(IN_ESCROW.has(state) ? [compare("lo que entró al escrow / what entered the escrow", entered, amount)] : []),
    ...(OUT_OF_ESCROW.has(state) ? [compare("lo que salió del escrow / what left the escrow", left, amount)] : []),
    ...(AT_JUNO.has(state) ? [compare("lo que volvió a Juno / what went back to Juno", returned, amount)] : []),
  ];
}

const AT_JUNO: ReadonlySet<string> = new Set(["crediting", "returned"]);
const OUT_OF_ESCROW: ReadonlySet<string> = new Set([...AT_JUNO, "returning"]);
const IN_ESCROW: ReadonlySet<string> = new Set([
  ...OUT_OF_ESCROW,
  ...["securing", "active", "disputing", "disputed", "resolving", "cancelling", "releasing"],
]);

const contract = parseAbi([
  "function escrows(uint256) view returns (address payer, address payee, uint256 amount, uint256 deadline, string vertical, string clabe, uint8 status, string conditions, address token)",
]);
const bytes = z.string().regex(/^0x[0-9a-fA-F]*$/) as unknown as z.ZodType<`0x${string}`>;

/** Asks the contract of each escrow that the receipt names: it keeps the payment's number, the token and the amount. */
export async function checkEscrows(ask: AskNode, { payment, chain, legs }: ReceiptFile): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const leg of legs) {
    const named = leg.movements.flatMap(({ proof }) => (proof.kind === "chain_log" ? (proof.escrow_id ?? []) : []));
    for (const id of new Set(named)) {
      const data = encodeFunctionData({ abi: contract, functionName: "escrows", args: [id] });
      const answer = await ask(bytes, "eth_call", { to: chain.escrow_contract, data }, "latest");
      const kept = decodeFunctionResult({ abi: contract, functionName: "escrows", data: answer });
      const [, , amountBaseUnits, , , , , conditions, token] = kept;
      findings.push(
        compare(`escrow ${id}: pago / payment`, String(payment.id), conditions.split(":").at(-1)),
        compare(`escrow ${id}: monto / amount`, leg.amount * 10_000n, amountBaseUnits),
        compare(`escrow ${id}: MXNB`, chain.mxnb, token.toLowerCase()),
      );
    }
  }
  return findings;
}
