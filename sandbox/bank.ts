import type { LimitFunction } from "p-limit";
import type { Books } from "./books/openBooks.ts";
import type { Transaction } from "./books/records.ts";
import type { Chain } from "./chain/openChain.ts";
import type { Dial } from "./dial/createDial.ts";
import type { Delays, Rules } from "./options.ts";
import type { Work } from "./work.ts";

/** Everything the endpoints and the settlement of orders work with. */
export type Bank = {
  books: Books;
  chain: Chain;
  dial: Dial;
  work: Work;
  rules: Rules;
  delays: Delays;
  businessName: string | undefined;
  /** Unix ms. */
  now: () => number;
  random: (bytes: number) => Uint8Array;
  /** Calls signed by JUNO_WALLET go one after the other. */
  walletLane: LimitFunction;
  /** Runs it until it no longer fails at the RPC; meanwhile /sandbox/health tells the trouble. Throws what is no RPC failure. */
  untilItWorks<T>(what: string, attempt: () => Promise<T>): Promise<T>;
  /** Sends the transaction as it now stands to the registered webhooks. Resolves when they answered or were given up. */
  announce(transaction: Transaction): Promise<void>;
};
