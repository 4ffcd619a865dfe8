import { decodeEventLog, parseAbi } from "viem";
import { z } from "zod";
import type { AskNode } from "./askNode.ts";
import { compare, differs, type Finding } from "./finding.ts";
import type { ChainProof, ReceiptFile, ReceiptMovement } from "./receiptFile.ts";

/** The events as MXNB and the escrow contract declare them (contracts-and-token.md). */
const events = parseAbi([
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "event EscrowCreated(uint256 indexed escrowId, address indexed payer, address indexed payee, uint256 amount, string vertical, string clabe)",
  "event EscrowFunded(uint256 indexed escrowId, uint256 amount)",
  "event EscrowReleased(uint256 indexed escrowId)",
  "event EscrowDisputed(uint256 indexed escrowId, address by, string reason)",
  "event EscrowDisputeResolved(uint256 indexed escrowId, bool inFavorOfSeller)",
  "event EscrowCancelled(uint256 indexed escrowId)",
]);

const hex = z.string().regex(/^0x[0-9a-fA-F]*$/) as unknown as z.ZodType<`0x${string}`>;
const lower = hex.transform((text) => text.toLowerCase());
const quantity = hex.transform(BigInt);
const receipt = z
  .object({
    status: quantity,
    blockNumber: quantity,
    blockHash: lower,
    logs: z.array(z.object({ address: lower, topics: z.array(hex), data: hex, logIndex: quantity })),
  })
  .nullable();
const block = z.object({ hash: lower, timestamp: quantity }).nullable();

const BASE_UNITS_PER_CENTAVO = 10_000n;

/** Compares one log of the receipt with the chain: its transaction, its block, its contract, and all that it says. */
export async function checkLog(
  ask: AskNode,
  proof: ChainProof,
  movement: ReceiptMovement,
  chain: ReceiptFile["chain"],
): Promise<readonly Finding[]> {
  const of = (part: string) => `${movement.step}: ${part} (${proof.transaction_hash})`;
  const mined = await ask(receipt, "eth_getTransactionReceipt", proof.transaction_hash);
  if (mined === null)
    return [differs(of("transacción / transaction"), "la cadena no la tiene / the chain does not have it")];
  const standing = await ask(block, "eth_getBlockByNumber", `0x${proof.block_number.toString(16)}`, false);
  const log = mined.logs.find((one) => one.logIndex === BigInt(proof.log_index));
  const contract = proof.event === "Transfer" ? chain.mxnb : chain.escrow_contract;
  return [
    compare(of("ejecutada / executed"), 1n, mined.status),
    compare(of("número de bloque / block number"), proof.block_number, mined.blockNumber),
    compare(of("hash del bloque / block hash"), proof.block_hash, mined.blockHash),
    compare(of("bloque en la cadena / block on the chain"), proof.block_hash, standing?.hash),
    ...(standing ? checkTime(of("hora / time"), movement, standing.timestamp) : []),
    compare(of("contrato / contract"), proof.contract, contract),
    ...(log
      ? checkWords(of, proof, log)
      : [differs(of("evento / event"), `no hay evento / no log ${proof.log_index}`)]),
    ...checkAmount(of("monto / amount"), movement, proof),
  ];
}

function checkTime(what: string, { at }: ReceiptMovement, unixS: bigint): readonly Finding[] {
  return [compare(what, at === null ? null : Date.parse(at), Number(unixS) * 1_000)];
}

/** The pesos that a movement names are the tokens that its Transfer moves. The contract's own words move nothing. */
function checkAmount(what: string, { amount }: ReceiptMovement, proof: ChainProof): readonly Finding[] {
  if (proof.event !== "Transfer") return [compare(what, amount, null)];
  return [compare(what, amount === null ? null : amount * BASE_UNITS_PER_CENTAVO, proof.amount_base_units)];
}

type Log = NonNullable<z.output<typeof receipt>>["logs"][number];

function checkWords(of: (part: string) => string, proof: ChainProof, log: Log): readonly Finding[] {
  const said = decode(log);
  if (said === null) return [differs(of("evento / event"), "otro evento / another event")];
  return [
    compare(of("emisor del evento / emitter"), proof.contract, log.address),
    compare(of("evento / event"), proof.event, said.event),
    compare(of("de / from"), proof.from, said.from?.toLowerCase() ?? null),
    compare(of("a / to"), proof.to, said.to?.toLowerCase() ?? null),
    compare(of("monto en la cadena / amount on chain"), proof.amount_base_units, said.amountBaseUnits),
    compare(of("escrow"), proof.escrow_id, said.escrowId),
  ];
}

const SILENT = { from: null, to: null, amountBaseUnits: null, escrowId: null } as const;

/** What a log says, whichever of the events it is; null for another one. */
function decode({ topics: [signature, ...indexed], data }: Log) {
  if (signature === undefined) return null;
  const decoded = decodeOrNone([signature, ...indexed], data);
  if (decoded === null) return null;
  const { eventName: event, args } = decoded;
  switch (event) {
    case "Transfer":
      return { ...SILENT, event, from: args.from, to: args.to, amountBaseUnits: args.value };
    case "EscrowCreated":
      return { event, from: args.payer, to: args.payee, amountBaseUnits: args.amount, escrowId: args.escrowId };
    case "EscrowFunded":
      return { ...SILENT, event, amountBaseUnits: args.amount, escrowId: args.escrowId };
    case "EscrowDisputed":
      return { ...SILENT, event, from: args.by, escrowId: args.escrowId };
    default:
      return { ...SILENT, event, escrowId: args.escrowId };
  }
}

function decodeOrNone(topics: [`0x${string}`, ...`0x${string}`[]], data: `0x${string}`) {
  try {
    return decodeEventLog({ abi: events, topics, data });
  } catch {
    return null;
  }
}
