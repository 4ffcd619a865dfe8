import type { Finding } from "./finding.ts";
import { inPesos } from "./inPesos.ts";
import { overdrawn } from "./overdrawn.ts";

/** One MXNB transfer from or to our addresses, all lower case. `id`: its transaction and its ordinal there. */
export type Transfer = Readonly<{
  id: string;
  hash: string;
  from: string;
  to: string;
  amountBaseUnits: bigint;
  blockNumber: number;
}>;

/** Where a lane's MXNB may be and go, lower case. */
export type LaneWallets = Readonly<{ bridge: string; escrow: string; junoWallet: string; platformWallet: string }>;

/**
 * What the chain must not show of any lane: MXNB from the bridge to anybody but the escrow or Juno, from the escrow to anybody but the
 * bridge, Juno or the contract's platform wallet, or more transfers of an amount out of the bridge than into it.
 */
export function judgeChain(
  transfers: readonly Transfer[],
  lanes: readonly LaneWallets[],
  sureFromBlock: number,
): readonly Finding[] {
  return lanes.flatMap((lane) => judgeLane(transfers, lane, sureFromBlock));
}

function judgeLane(
  transfers: readonly Transfer[],
  { bridge, escrow, junoWallet, platformWallet }: LaneWallets,
  sureFromBlock: number,
): readonly Finding[] {
  const roads: Readonly<Record<string, readonly string[]>> = {
    [bridge]: [escrow, junoWallet],
    [escrow]: [bridge, junoWallet, platformWallet],
  };
  // A transfer of nothing proves nothing: anybody can make the token log one from our address ("address poisoning").
  const real = transfers.filter(({ amountBaseUnits }) => amountBaseUnits > 0n);
  const strayed = real.filter(({ from, to }) => roads[from]?.includes(to) === false);
  const passing = real
    .filter((one) => !strayed.includes(one) && (one.from === bridge || one.to === bridge))
    .map((one) => ({ ...one, way: one.to === bridge ? ("in" as const) : ("out" as const), at: one.blockNumber }));
  return [
    ...strayed.map(({ id, hash, from, to, amountBaseUnits }) => ({
      key: `chain:strayed:${id}`,
      why: `${from === bridge ? "El puente" : "El escrow"} envió ${inPesos(amountBaseUnits)} en MXNB a ${to}, que no es de nadie nuestro (${hash})`,
    })),
    ...overdrawn(passing, sureFromBlock).map(({ id, hash, amountBaseUnits }) => ({
      key: `chain:surplus:${id}`,
      why: `Del puente salieron más transferencias de ${inPesos(amountBaseUnits)} que las que entraron (${hash})`,
    })),
  ];
}
