import { setTimeout as sleep } from "node:timers/promises";
import type { Send } from "../reactor/juno/client.ts";
import { FIRST_ACCOUNT, FIRST_LANE } from "../reactor/payments/lanes.ts";
import type { Console, Limits, Reactor } from "../reactor/reactor.ts";
import { bankInProcess } from "./bankInProcess.ts";

/** What differs from bench to bench; `send` carries requests to a bank in the same process. */
type Parts = Pick<Reactor, "store" | "identity" | "signer" | "headPolicy" | "installationId"> &
  Readonly<{
    chain: Reactor["world"]["chain"];
    send: Send;
    /** The schema of the views of the chain's index. */
    indexSchema: string;
    limits: Pick<Limits, "batch" | "inFlight">;
    onEvent: Console["event"];
  }>;

/** A reactor of the first lane as the program has it, with all of its guards; what it says is written beside the figures. */
export function benchReactor({ chain, send, indexSchema, limits, onEvent, ...own }: Parts): Reactor {
  const { bridge, junoWallet, escrow: escrowContract, mxnb: token, chainId } = chain;
  return {
    ...own,
    world: { chain, juno: bankInProcess(send) },
    stopping: new AbortController().signal,
    console: {
      say: (line) => console.error(line),
      event: onEvent,
      order: () => undefined,
      failed: (doing, error) => console.error(doing, error),
    },
    payerPolicy: "accept",
    shadow: false,
    facts: {
      ...{ lane: FIRST_LANE, account: FIRST_ACCOUNT, chainId, indexSchema, confirmations: 0n },
      ...{ bridge, junoWallet, escrowContract, token },
      ...{ keyLifetimeMs: 3_600_000, askBankEveryMs: 1_000, staleAfterMs: 60_000, screens: false },
    },
    limits: { ...limits, bankCalls: 8, chainCalls: 8, gasPriceCapWei: 10n ** 12n, bankFloorMs: 50 },
    passing: () => Promise.resolve(),
    monotonicMs: () => performance.now(),
    sleep,
  };
}
