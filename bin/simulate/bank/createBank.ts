import { v5 } from "uuid";
import { addresses, BURNED } from "../chain/addresses.ts";
import { BLOCK_MS, type Chain } from "../chain/createChain.ts";
import type { Chance } from "../chance.ts";
import type { Clock } from "../clock.ts";
import type { Account, BankTx, Refund, Spei, Tally } from "./records.ts";
import { accountJson, speiJson } from "./wire.ts";

const NAMES = "6f3f7a9e-6f0e-4f6b-9c55-0d1c9a0c7b10";
const BASE_UNITS_PER_CENTAVO = 10_000n;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Below any reorg of the simulated chain. */
const CREDITED_AT_DEPTH = 7;
/** The real bank tells nobody how long; a little longer than BANK_KEY_LIFETIME_MS, so that whoever relies on more pays twice. */
const KEY_LIFETIME_MS = 65 * MINUTE_MS;

export type Bank = ReturnType<typeof createBank>;

/** The books of a bank in this process: what it believes, and what it does by itself as time passes. */
export function createBank(
  clock: Clock,
  chance: Chance,
  chain: Chain,
  faults: number,
  onFault: (what: string) => void,
) {
  const transactions: BankTx[] = [];
  const byId = new Map<string, BankTx>();
  const byKey = new Map<string, BankTx>();
  const spei: Spei[] = [];
  const refunds: Refund[] = [];
  const accounts = new Map<string, Account>();
  /** Each as it is listed, made once: the whole list is asked for at every registration. */
  const accountTexts: string[] = [];
  const held = { available: 0n, limbo: 0n, sentBack: 0n, credited: 0n };
  const credited = new Set<string>();
  const tallies = new Map<bigint, Tally>();
  const byClabe = new Map<string, BankTx[]>();
  const listeners = new Map<number, () => void>();

  const orderListeners: ((accepted: BankTx) => void)[] = [];

  const uuid = (name: string) => v5(name, NAMES);
  const strikes = (rate: number, what: string, ...names: (string | number)[]) => {
    const struck = chance.hits(rate, what, ...names);
    if (struck) onFault(what);
    return struck;
  };
  let changes = 0;
  const tell = () => {
    // A webhook goes to one reactor, and is lost now and then.
    const hooked = [...listeners.values()];
    if (strikes(faults / 2, "webhook lost", ++changes)) return;
    hooked[chance.between(0, hooked.length - 1, "hook", changes)]?.();
  };
  const tallyOf = (amountBaseUnits: bigint) => {
    const tally = tallies.get(amountBaseUnits) ?? { issued: 0, withdrawn: 0, redeemed: 0 };
    tallies.set(amountBaseUnits, tally);
    return tally;
  };
  const count = ({ type, status, amountBaseUnits }: BankTx, by: 1 | -1) => {
    const tally = tallyOf(amountBaseUnits);
    if (type === "ISSUANCE" && status === "COMPLETE") tally.issued += by;
    if (type === "CRYPTO_WITHDRAWAL" && status !== "FAILED") tally.withdrawn += by;
    if (type === "REDEMPTION" && status !== "FAILED") tally.redeemed += by;
  };
  const add = (tx: Pick<BankTx, "id" | "type" | "status" | "amountBaseUnits"> & Partial<BankTx>): BankTx => {
    const at = clock.nowMs();
    const blank = { txHash: null, refunded: false, key: null, clabe: null, accountId: null, address: null, fid: null };
    const added = { ...blank, createdAtMs: at, updatedAtMs: at, shownBackwards: false, listed: null, ...tx };
    transactions.push(added);
    count(added, 1);
    byId.set(added.id, added);
    const clabe = added.clabe ?? accounts.get(added.accountId ?? "")?.clabe;
    if (clabe !== undefined) byClabe.set(clabe, [...(byClabe.get(clabe) ?? []), added]);
    if (added.type === "CRYPTO_DEPOSIT") held.credited += added.amountBaseUnits;
    tell();
    return added;
  };
  const move = (tx: BankTx, status: BankTx["status"]) => {
    count(tx, -1);
    tx.status = status;
    count(tx, 1);
    tx.updatedAtMs = clock.nowMs();
    tx.listed = null;
    if (strikes(faults / 10, "status backwards", tx.id, status)) {
      tx.shownBackwards = true;
      clock.after(3 * MINUTE_MS, () => {
        tx.shownBackwards = false;
        tx.listed = null;
      });
    }
    tell();
  };
  const wait = (least: number, most: number, ...names: (string | number)[]) =>
    clock.sleep(chance.between(least, most, ...names));

  const giveBack = async (tx: BankTx) => {
    move(tx, "FAILED");
    held.limbo += tx.amountBaseUnits;
    if (strikes(0.1, "no refund", tx.id)) return;
    await wait(30 * SECOND_MS, 20 * MINUTE_MS, "refund", tx.id);
    held.limbo -= tx.amountBaseUnits;
    held.available += tx.amountBaseUnits;
    refunds.push({
      id: uuid(`refund:${tx.id}`),
      of: tx.id,
      amountBaseUnits: tx.amountBaseUnits,
      createdAtMs: clock.nowMs(),
    });
    tell();
  };

  const withdraw = async (tx: BankTx) => {
    await wait(SECOND_MS, 20 * SECOND_MS, "begins", tx.id);
    if (strikes(faults / 5, "withdrawal fails", tx.id)) return giveBack(tx);
    move(tx, "IN_PROGRESS");
    if (strikes(faults / 5, "slow withdrawal", tx.id)) await wait(5 * MINUTE_MS, 80 * MINUTE_MS, "slow", tx.id);
    const hash = chain.pay(tx.id, addresses.junoWallet, addresses.bridge, tx.amountBaseUnits);
    tx.txHash = hash;
    for (;;) {
      await clock.sleep(BLOCK_MS);
      const block = chain.receiptOf(hash)?.block;
      if (block && chain.blocks.length - Number(block.number) >= 2) break;
    }
    move(tx, "COMPLETE");
  };

  const redeem = async (tx: BankTx) => {
    await wait(SECOND_MS, 30 * SECOND_MS, "begins", tx.id);
    move(tx, "IN_PROGRESS");
    if (strikes(faults / 5, "slow redemption", tx.id)) await wait(5 * MINUTE_MS, 80 * MINUTE_MS, "slow", tx.id);
    await wait(SECOND_MS, 60 * SECOND_MS, "ends", tx.id);
    if (strikes(faults / 5, "redemption fails", tx.id)) return giveBack(tx);
    chain.pay(tx.id, addresses.junoWallet, BURNED, tx.amountBaseUnits);
    move(tx, "COMPLETE");
  };

  /** Credits MXNB that came to the bank's wallet, once, below any reorg. */
  const credit = () => {
    const block = chain.blocks[chain.blocks.length - 1 - CREDITED_AT_DEPTH];
    for (const log of block?.mined.flatMap(({ logs }) => logs) ?? []) {
      if (log.kind !== "Transfer" || log.to !== addresses.junoWallet || credited.has(log.key)) continue;
      credited.add(log.key);
      const { key, txHash, amountBaseUnits } = log;
      const name = uuid(`credit:${key}`);
      const late = strikes(faults / 5, "slow credit", key) ? chance.between(5, 90, "late", key) * MINUTE_MS : SECOND_MS;
      clock.after(late, () => {
        held.available += amountBaseUnits ?? 0n;
        add({ id: name, type: "CRYPTO_DEPOSIT", status: "COMPLETE", amountBaseUnits: amountBaseUnits ?? 0n, txHash });
      });
    }
  };
  chain.onBlock(credit);

  return {
    ...{ transactions, byId, byKey, spei, refunds, accounts, accountTexts, held },
    tallyOf,
    /** The issuances to a CLABE, or the payouts to one. */
    byClabe: (clabe: string): readonly BankTx[] => byClabe.get(clabe) ?? [],
    onOrder: (listener: (accepted: BankTx) => void) => void orderListeners.push(listener),
    creditedBaseUnits: () => held.credited,
    /** Rings at each change, as the webhooks do. */
    onNews: (holder: number, listener: (() => void) | null) =>
      void (listener ? listeners.set(holder, listener) : listeners.delete(holder)),

    /** A buyer's SPEI arrives; its issuance follows, or fails and the pesos go back. @returns whether it stays. */
    receive: async (fid: string, clabe: string, amountCentavos: bigint): Promise<boolean> => {
      const createdAtMs = clock.nowMs();
      spei.push({ createdAtMs, listed: speiJson({ fid, clabe, amountCentavos, createdAtMs }) });
      tell();
      await wait(SECOND_MS, 40 * SECOND_MS, "issues", fid);
      const amountBaseUnits = amountCentavos * BASE_UNITS_PER_CENTAVO;
      if (strikes(faults / 5, "late issuance", fid)) await wait(5 * MINUTE_MS, 45 * MINUTE_MS, "late", fid);
      const tx = add({
        id: uuid(`issuance:${fid}`),
        type: "ISSUANCE",
        status: "IN_PROGRESS",
        amountBaseUnits,
        clabe,
        fid,
      });
      await wait(SECOND_MS, 40 * SECOND_MS, "mints", fid);
      if (strikes(faults / 5, "issuance refused", fid)) {
        held.sentBack += amountBaseUnits;
        tx.refunded = true;
        move(tx, "FAILED");
        return false;
      }
      held.available += amountBaseUnits;
      move(tx, "COMPLETE");
      return true;
    },

    /** Gives the pesos of an issued deposit back out of its own; the MXNB stay where they are. */
    recall: (fid: string): void => {
      const tx = byId.get(uuid(`issuance:${fid}`));
      if (tx === undefined) throw new Error(`No deposit ${fid} was issued.`);
      Object.assign(tx, { refunded: true, updatedAtMs: clock.nowMs(), listed: null });
      onFault("deposit given back after its issuance");
      tell();
    },

    /**
     * Accepts an order, once under its key as long as it knows that. @returns null when the account has not got the money.
     */
    order: (
      type: "CRYPTO_WITHDRAWAL" | "REDEMPTION",
      key: string,
      order: Pick<BankTx, "amountBaseUnits"> & Partial<BankTx>,
    ) => {
      const known = byKey.get(`${type}:${key}`);
      if (known && clock.nowMs() - known.createdAtMs < KEY_LIFETIME_MS) return known;
      if (held.available < order.amountBaseUnits) return null;
      held.available -= order.amountBaseUnits;
      const status = type === "REDEMPTION" ? "IN_PROGRESS" : "PENDING";
      const tx = add({ ...order, id: uuid(`${type}:${key}:${clock.nowMs()}`), type, status, key });
      byKey.set(`${type}:${key}`, tx);
      for (const listener of orderListeners) listener(tx);
      void (type === "REDEMPTION" ? redeem(tx) : withdraw(tx));
      return tx;
    },

    register: (account: Omit<Account, "id">): Account => {
      const id = uuid(`account:${account.clabe}:${accounts.size}`);
      const registered = { id, ...account };
      accounts.set(id, registered);
      accountTexts.push(accountJson(registered));
      return registered;
    },
  };
}
