import type { Store } from "../../../reactor/store/port.ts";
import type { Books, OwnRow } from "./books.ts";

type Lane = Pick<
  Store,
  | "ensureSigner"
  | "followChainNonce"
  | "inFlight"
  | "lastApproval"
  | "loseNonces"
  | "openTransactions"
  | "reserveBump"
  | "reserveNonce"
  | "saveIncluded"
  | "saveReceipts"
  | "saveSent"
  | "saveSignatures"
>;

/** The lane's own transactions, as reactor/store keeps them. */
export function laneIn(books: Books, { closeCalls }: Pick<Store, "closeCalls">): Lane {
  const now = books.nowMs;
  const change = (id: number, part: Partial<OwnRow>, only: (row: OwnRow) => boolean = () => true) => {
    const row = books.own.get(id);
    if (row && only(row)) books.own.put(id, { ...row, ...part });
  };
  const add = (row: Omit<OwnRow, "id" | "raw" | "hash" | "state" | "includedInBlock" | "sentAtMs" | "createdAtMs">) => {
    const id = books.nextId();
    const unsent = { raw: null, hash: null, state: "reserved", includedInBlock: null, sentAtMs: null } as const;
    return books.own.put(id, { ...row, id, ...unsent, createdAtMs: now() });
  };
  const followChainNonce = async (address: string, chainNonce: number) => {
    const signer = books.signers.get(address);
    if (signer) books.signers.put(address, { address, nextNonce: Math.max(signer.nextNonce, chainNonce) });
  };
  const byNonceAndPrice = (a: OwnRow, b: OwnRow) => a.nonce - b.nonce || Number(a.maxFeePerGas - b.maxFeePerGas);
  return {
    ensureSigner: async (address, chainNonce) =>
      (books.signers.get(address) ?? books.signers.put(address, { address, nextNonce: chainNonce })).nextNonce,

    reserveNonce: async (address, call) => {
      const signer = books.signers.get(address);
      if (signer === undefined) throw new Error(`The signer ${address} has no row: the lane was not opened.`);
      books.signers.put(address, { address, nextNonce: signer.nextNonce + 1 });
      return add({ ...call, signer: address, nonce: signer.nextNonce });
    },

    openTransactions: async () => books.openOwn().toSorted(byNonceAndPrice),

    inFlight: async () => new Set(books.openOwn().flatMap((row) => (row.state === "included" ? [] : row.nonce))).size,

    saveSignatures: async (signed) => {
      for (const { id, raw, hash } of signed) change(id, { raw, hash, state: "signed" }, (row) => row.raw === null);
    },

    saveSent: async (ids) => {
      for (const id of ids) {
        change(id, { state: "sent", includedInBlock: null, sentAtMs: now() }, (row) =>
          ["signed", "sent", "included"].includes(row.state),
        );
      }
    },

    saveIncluded: async (included) => {
      for (const { id, block } of included) change(id, { state: "included", includedInBlock: block });
    },

    reserveBump: async (row, fees) => {
      const twin = books.openOwn().some((one) => one.nonce === row.nonce && one.maxFeePerGas === fees.maxFeePerGas);
      if (twin) return;
      const { legId, action, generation, signer, nonce, to, data, gas } = row;
      add({ legId, action, generation, signer, nonce, to, data, gas, ...fees });
    },

    saveReceipts: async (receipts) => {
      for (const { row: mined, status } of receipts) {
        change(mined.id, { state: status });
        for (const row of books.openOwn()) if (row.nonce === mined.nonce) change(row.id, { state: "replaced" });
      }
    },

    followChainNonce,

    loseNonces: async (address, settledNonce) => {
      const lost = books.openOwn().filter((row) => row.nonce < settledNonce && row.state !== "included");
      for (const row of lost) change(row.id, { state: "lost" });
      for (const legId of new Set(lost.flatMap((row) => row.legId ?? []))) {
        await closeCalls(legId, "refused");
        const leg = books.legs.get(legId);
        if (leg === undefined || leg.state === "review") continue;
        const { generation, version } = leg;
        const freed = { leaseHolder: null, leaseUntilMs: null, dueAtMs: now(), wokenAtMs: now() };
        books.legs.put(legId, { ...leg, ...freed, generation: generation + 1, version: version + 1 });
      }
      await followChainNonce(address, settledNonce);
    },

    lastApproval: async () => books.ownByAction.of("approve").at(-1) ?? null,
  };
}
