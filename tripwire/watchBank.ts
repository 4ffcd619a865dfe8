import type { JunoClient } from "../reactor/juno/client.ts";
import { getTransaction } from "../reactor/juno/getTransaction.ts";
import { listTransactions } from "../reactor/juno/listTransactions.ts";
import type { BankReply, BankTransaction } from "../reactor/juno/reply.ts";
import type { Source } from "./finding.ts";
import { judgeBank } from "./judgeBank.ts";
import type { Split } from "./overdrawn.ts";

/** Read again each time: the bank shows what is new with a delay, and its clock is not ours. */
const OVERLAP_MS = 10 * 60_000;
/** Details asked in one look, each a call of the account's budget. */
const MOST_DETAILS = 20;

/** Looks at the bank's list: the whole lookback at first, then what is new or not settled. Times in ms. */
export function watchBank(
  client: JunoClient,
  options: Readonly<{
    /** Of all lanes: where withdrawals may go. */
    bridges: readonly string[];
    lookbackMs: number;
    now: () => number;
    /** What was agreed of payments that do not pass through whole. */
    readSplits: () => Promise<readonly Split[]>;
  }>,
): Source {
  const { bridges, lookbackMs, now, readSplits } = options;
  const seen = new Map<string, BankTransaction>();
  const detailed = new Set<string>();
  let lastMs = Number.NEGATIVE_INFINITY;

  const look = async () => {
    const startedMs = now();
    const oldestMs = startedMs - lookbackMs;
    const unsettled = [...seen.values()].filter((one) => !isSettled(one)).map((one) => one.createdAtMs);
    const createdSinceMs = Math.max(oldestMs, Math.min(lastMs - OVERLAP_MS, ...unsettled));
    for (const one of heard(await listTransactions(client, { createdSinceMs }))) {
      seen.set(one.id, { ...seen.get(one.id), ...one });
    }
    lastMs = startedMs;
    for (const { id, createdAtMs } of seen.values()) if (createdAtMs < oldestMs) seen.delete(id);
    await readDetails();
    // Read last: a payment that was made while the list was read must not be missing.
    const splits = await readSplits();
    return judgeBank([...seen.values()], { bridges, sureFromMs: startedMs - lookbackMs / 2, splits });
  };

  /** The list does not say where a withdrawal went; its detail does. */
  const readDetails = async () => {
    const wanted = [...seen.values()].filter(({ id, type }) => type === "CRYPTO_WITHDRAWAL" && !detailed.has(id));
    for (const { id } of wanted.slice(0, MOST_DETAILS)) {
      const detail = heard(await getTransaction(client, id));
      seen.set(id, detail);
      if (detail.address !== undefined || isSettled(detail)) detailed.add(id);
    }
  };

  return { name: "Juno", look };
}

const isSettled = ({ status }: BankTransaction) => status === "COMPLETE" || status === "FAILED";

function heard<T>(reply: BankReply<T>): T {
  if (reply.outcome === "done") return reply.value;
  throw new Error(`Juno no respondió completo: ${reply.message}`);
}
