import { BASE_UNITS_PER_CENTAVO } from "../../reactor/payments/money.ts";
import type { ChainSend } from "../../reactor/payments/table.ts";
import type { ExportedPayment } from "./exportedPayment.ts";
import { Refusal } from "./Refusal.ts";
import type { Evidence } from "./readEvidence.ts";

/** An escrow as the chain shows it, and the calls that brought it there. */
export type ProvenEscrow = Readonly<{
  id: string;
  /** What the contract keeps as the payment's name; a release is held to it. */
  conditions: string;
  isFunded: boolean;
  isDisputed: boolean;
  /** Whom a dispute was ruled for; null: none, or not yet. */
  ruledFor: "seller" | "buyer" | null;
  /** Where its MXNB went; null: they are in it. */
  out: "bridge" | "juno" | null;
  calls: readonly Readonly<{ action: ChainSend; generation: number; hash: string }>[];
}>;

/**
 * The escrow that a payment names: of its amount, of our token, of the bridge wallet, and moved by nobody else.
 * @throws {Refusal} when it is not that.
 */
export function proveEscrow(
  payment: ExportedPayment,
  all: readonly ExportedPayment[],
  { escrows, movements, calls, places }: Evidence,
): ProvenEscrow {
  const id = payment.smart_contract_escrow_id ?? "";
  const refuse = (why: string) => new Refusal(`smart_contract_escrow_id: el escrow ${id} ${why}`);
  if (all.some((other) => other !== payment && other.smart_contract_escrow_id === id)) {
    throw refuse("está también en otra fila");
  }
  const escrow = escrows.get(id) ?? null;
  const held = (payment.custody_amount ?? payment.amount) * BASE_UNITS_PER_CENTAVO;
  if (escrow === null) throw refuse("no existe en la cadena");
  if (escrow.amountBaseUnits !== held) throw refuse("es de otro monto");
  if (escrow.token.toLowerCase() !== places.mxnb || escrow.payer.toLowerCase() !== places.bridge) {
    throw refuse("no es de la cartera puente y el token configurados");
  }
  const logs = movements.filter((one) => one.escrowId === id);
  const hashOf = (kind: string) => logs.find((one) => one.kind === kind)?.txHash ?? null;
  const foreign = logs.find(({ txHash }) => calls.get(txHash)?.from !== places.bridge);
  if (foreign) throw refuse(`lo movió alguien que no es la cartera puente (${foreign.kind}, ${foreign.txHash})`);
  const movedOut = (hash: string | null) =>
    movements.find((one) => one.txHash === hash && one.from === places.escrow && one.amountBaseUnits === held);
  const [created, funded, disputed, ruled, released] = [
    hashOf("EscrowCreated"),
    hashOf("EscrowFunded"),
    hashOf("EscrowDisputed"),
    hashOf("EscrowDisputeResolved"),
    hashOf("EscrowReleased"),
  ];
  if (created === null) throw refuse("no tiene su creación en la cadena desde START_BLOCK");
  if (payment.release_tx_hash !== undefined && payment.release_tx_hash !== released) {
    throw new Refusal(`release_tx_hash: la cadena muestra la liberación en ${released ?? "ninguna transacción"}`);
  }
  const ruledFor = ruled === null ? null : movedOut(ruled) ? "buyer" : "seller";
  const left = movedOut(released) ?? (ruledFor === "buyer" ? movedOut(ruled) : undefined);
  const generation = ruledFor === "seller" ? 1 : 0;
  const call = (action: ChainSend, hash: string | null, of = 0) =>
    hash === null ? [] : [{ action, generation: of, hash }];
  return {
    ...{ id, conditions: escrow.conditions, isFunded: funded !== null, ruledFor },
    isDisputed: disputed !== null && ruled === null,
    out: left === undefined ? null : left.to === places.junoWallet ? "juno" : "bridge",
    calls: [
      ...call("createEscrow", created),
      // Our contract funds it in the call that creates it.
      ...call("fundEscrow", funded === created ? null : funded),
      ...call("dispute", disputed),
      ...call(ruledFor === "buyer" ? "resolveForBuyer" : "resolveForSeller", ruled),
      ...call("release", released, generation),
    ],
  };
}
