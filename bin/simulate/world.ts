import { signerFromPrivateKey } from "../../reactor/chain/signer.ts";
import { FIRST_ACCOUNT, FIRST_LANE } from "../../reactor/payments/lanes.ts";
import type { CrashPoint } from "../../reactor/reactor.ts";
import type { Access } from "./bank/clientOf.ts";
import { createBank } from "./bank/createBank.ts";
import { addresses, BRIDGE_KEY, CHAIN_ID } from "./chain/addresses.ts";
import { createChain } from "./chain/createChain.ts";
import { createIndex } from "./chain/createIndex.ts";
import { createChance } from "./chance.ts";
import { createClock } from "./clock.ts";
import { createFleet } from "./fleet.ts";
import type { Life } from "./life.ts";
import { openBooks } from "./memoryStore/books.ts";
import { openMemoryStore, takeTurns } from "./memoryStore/openMemoryStore.ts";

const START_MS = Date.UTC(2026, 0, 5, 12);
export const INSTALLATION_ID = "5a1e7e00-51b0-4b5e-8d1a-0000000000aa";
/** More than all buyers together ever pay in: the bank's own tokens, out of which it sends withdrawals. */
const BANK_TOKENS_BASE_UNITS = 10n ** 18n;

/** Depth of the soft head: reorgs of this world go beyond it now and then. */
export const CONFIRMATIONS = 2;

/** How close together the sales of a world are: what is rare in a quiet world is common in a crowded one. */
export type Crowd = Readonly<{
  /** On the average, between the starts of two sales. */
  betweenPaymentsMs: number;
  /** Of how many different amounts the sales are: orders of one amount have to be told from each other. */
  amounts: number;
  /** Legs that a step takes at most. */
  batch: number;
}>;

export type Options = Readonly<{
  /** The number of its first payment: what is drawn depends on it, so that no two worlds of a run are alike. */
  first: number;
  payments: number;
  crowd: Crowd;
  seed: number;
  /** How often what can go wrong does: 0 never, 0.05 for one order in twenty. */
  faults: number;
  /** Only these of the payments, for the shortest history of a failure; null for all. */
  only: readonly number[] | null;
}>;

export type World = ReturnType<typeof createWorld>;

/** Everything outside the reactors, and the database that they share; nothing in it moves by itself yet. */
export function createWorld({ first, crowd, seed, faults }: Options) {
  const clock = createClock(START_MS);
  const chance = createChance(`${seed}.${first}`);
  const lines: string[] = [];
  const at: Record<CrashPoint, number> = {
    ...{ before_intent: 0, after_intent: 0, before_reply: 0, after_reply: 0, after_commit: 0 },
  };
  const counts = { faults: 0, crashes: 0, freezes: 0, at };
  /** How many stand still at a point, or did until a moment ago. */
  const frozen = { now: 0 };
  const note = (what: string) => {
    lines.push(`${new Date(clock.nowMs()).toISOString()} ${what}`);
  };
  const onFault = (what: string) => {
    counts.faults++;
    note(`fault: ${what}`);
  };
  const chain = createChain(clock, chance, faults, () => onFault("chain"));
  chain.ledger.endow(addresses.junoWallet, BANK_TOKENS_BASE_UNITS);
  const bank = createBank(clock, chance, chain, faults, onFault);
  const index = createIndex();
  const facts = {
    lane: FIRST_LANE,
    account: FIRST_ACCOUNT,
    chainId: CHAIN_ID,
    indexSchema: "chain",
    confirmations: BigInt(CONFIRMATIONS),
    bridge: addresses.bridge,
    junoWallet: addresses.junoWallet,
    escrowContract: addresses.escrow,
    token: addresses.mxnb,
    keyLifetimeMs: 3_600_000,
    askBankEveryMs: 600_000,
    staleAfterMs: 60_000,
    screens: false,
  };
  const books = openBooks(clock.nowMs, index, facts.bridge);
  const access: Access = { nonce: 0n, lockedUntilMs: 0, tries: new Map() };
  const turns = takeTurns();
  const fleet = createFleet(clock, chance);
  const openStore = (life: Life) => openMemoryStore(books, turns, life, fleet);
  const people = {
    /** How many sales still have something to do by themselves. */
    left: 0,
    /** Legs that persons move themselves, with the version that they had. */
    moved: new Set<string>(),
  };
  return {
    first,
    crowd,
    clock,
    chance,
    faults,
    chain,
    bank,
    index,
    facts,
    signer: signerFromPrivateKey(BRIDGE_KEY),
    books,
    access,
    turns,
    people,
    frozen,
    fleet,
    openStore,
    /** All that is left waits for a refund, which may never come. */
    isQuiet: () =>
      people.left === 0 &&
      chain.pool.size === 0 &&
      books.dueCount() === books.byWord.count("failed") + books.byWord.count("failed_withdrawal"),
    lines,
    counts,
    note,
    onFault,
  };
}
