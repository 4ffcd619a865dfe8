import { encodeErrorResult, type Hex } from "viem";
import { kustodiaEscrowAbi } from "../../../abis/kustodiaEscrow.ts";
import type { EscrowOnChain, EscrowStatus } from "../../../reactor/chain/readEscrow.ts";
import type { SimulatedAddresses } from "./addresses.ts";
import { type Called, encodeWords } from "./calls.ts";

/** A log as the index will show it, without its place. */
export type BareLog = Readonly<{
  contract: string;
  kind: string;
  escrowId: string | null;
  from: string | null;
  to: string | null;
  amountBaseUnits: bigint | null;
}>;

export type Executed = Readonly<{ ok: true; logs: readonly BareLog[] }> | Readonly<{ ok: false; data: Hex }>;

const STATUS_NUMBER: Readonly<Record<EscrowStatus, number>> = {
  pending: 0,
  funded: 1,
  released: 2,
  disputed: 3,
  cancelled: 4,
};

/** The token's and the escrow contract's state, and how our calls change it. What a call did can be undone. */
export function openLedger(at: SimulatedAddresses) {
  const balances = new Map<string, bigint>();
  const escrows = new Map<string, EscrowOnChain>();
  const named = new Map<string, Set<string>>();
  let nextEscrowId = 1n;
  let allowance = 0n;
  let undo: (() => void)[] = [];

  const balanceOf = (address: string) => balances.get(address) ?? 0n;
  const setBalance = (address: string, amount: bigint) => {
    const before = balanceOf(address);
    undo.push(() => balances.set(address, before));
    balances.set(address, amount);
  };
  const setEscrow = (id: string, escrow: EscrowOnChain) => {
    const before = escrows.get(id);
    undo.push(() => {
      if (before) escrows.set(id, before);
      else escrows.delete(id);
      if (!before) named.get(escrow.conditions)?.delete(id);
    });
    escrows.set(id, escrow);
    named.set(escrow.conditions, (named.get(escrow.conditions) ?? new Set()).add(id));
  };
  const move = (from: string, to: string, amount: bigint): BareLog => {
    if (balanceOf(from) < amount) throw new Revert(encodeWords("ERC20: transfer amount exceeds balance"));
    setBalance(from, balanceOf(from) - amount);
    setBalance(to, balanceOf(to) + amount);
    return { contract: at.mxnb, kind: "Transfer", escrowId: null, from, to, amountBaseUnits: amount };
  };
  const log = (kind: string, escrowId: string, amountBaseUnits: bigint | null = null): BareLog => ({
    ...{ contract: at.escrow, kind, escrowId, from: null, to: null, amountBaseUnits },
  });
  const escrowIn = (id: string, required: EscrowStatus): EscrowOnChain => {
    const escrow = escrows.get(id);
    if (!escrow) {
      throw new Revert(encodeErrorResult({ abi: kustodiaEscrowAbi, errorName: "UnknownEscrow", args: [BigInt(id)] }));
    }
    if (escrow.status === required) return escrow;
    const args = [BigInt(id), STATUS_NUMBER[escrow.status], STATUS_NUMBER[required]] as const;
    throw new Revert(encodeErrorResult({ abi: kustodiaEscrowAbi, errorName: "WrongStatus", args }));
  };

  const perform = (call: Called): readonly BareLog[] => {
    switch (call.name) {
      case "approve": {
        const before = allowance;
        undo.push(() => {
          allowance = before;
        });
        allowance = call.amountBaseUnits;
        return [];
      }
      case "transfer":
        return [move(at.bridge, call.to, call.amountBaseUnits)];
      case "createEscrow": {
        const { amountBaseUnits } = call.terms;
        if (allowance < amountBaseUnits) throw new Revert(encodeWords("ERC20: transfer amount exceeds allowance"));
        const [before, left] = [nextEscrowId, allowance];
        undo.push(() => {
          nextEscrowId = before;
          allowance = left;
        });
        const id = String(nextEscrowId++);
        const moved = move(at.bridge, at.escrow, amountBaseUnits);
        allowance -= amountBaseUnits;
        setEscrow(id, call.terms);
        return [log("EscrowCreated", id, amountBaseUnits), moved, log("EscrowFunded", id, amountBaseUnits)];
      }
      case "release": {
        const escrow = escrowIn(call.id, "funded");
        setEscrow(call.id, { ...escrow, status: "released" });
        return [move(at.escrow, at.bridge, escrow.amountBaseUnits), log("EscrowReleased", call.id)];
      }
      case "dispute":
        setEscrow(call.id, { ...escrowIn(call.id, "funded"), status: "disputed" });
        return [log("EscrowDisputed", call.id)];
      case "resolveDispute": {
        const escrow = escrowIn(call.id, "disputed");
        setEscrow(call.id, { ...escrow, status: call.forSeller ? "funded" : "cancelled" });
        const moved = call.forSeller ? [] : [move(at.escrow, at.bridge, escrow.amountBaseUnits)];
        return [...moved, log("EscrowDisputeResolved", call.id)];
      }
    }
  };

  const attempt = (work: () => readonly BareLog[]): Executed & { undo: readonly (() => void)[] } => {
    const outer = undo;
    undo = [];
    try {
      const logs = work();
      return { ok: true, logs, undo };
    } catch (error) {
      for (const one of undo.reverse()) one();
      if (error instanceof Revert) return { ok: false, data: error.data, undo: [] };
      throw error;
    } finally {
      undo = outer;
    }
  };
  return {
    balanceOf,
    escrow: (id: string) => escrows.get(id) ?? null,
    /** The escrows that bear a payment's name. */
    named: (conditions: string) =>
      [...(named.get(conditions) ?? [])].flatMap((id) => {
        const escrow = escrows.get(id);
        return escrow ? [{ id, status: escrow.status }] : [];
      }),
    allowance: () => allowance,
    /** Executes one of the bridge wallet's calls. */
    execute: (call: Called) => attempt(() => perform(call)),
    /** Moves somebody else's tokens. */
    pay: (from: string, to: string, amountBaseUnits: bigint) => attempt(() => [move(from, to, amountBaseUnits)]),
    endow: (address: string, amountBaseUnits: bigint) => balances.set(address, amountBaseUnits),
  };
}

class Revert extends Error {
  constructor(readonly data: Hex) {
    super("execution reverted");
  }
}
