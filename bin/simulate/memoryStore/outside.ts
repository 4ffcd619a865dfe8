import { recorded } from "../../../reactor/payments/words.ts";
import type { Store } from "../../../reactor/store/port.ts";
import type { BankReading, KnownVersion } from "../../../reactor/store/saveBankReading.ts";
import type { BankRow, Books } from "./books.ts";
import { judgeDebits } from "./judgeDebits.ts";
import { wakeLeg } from "./wakeLeg.ts";

type Outside = Pick<
  Store,
  | "anyLegWaitsFor"
  | "appendEvents"
  | "availableCentavos"
  | "awaitsRefund"
  | "databaseNowMs"
  | "isKilled"
  | "knownDeposits"
  | "knownVersions"
  | "lastReadingMs"
  | "pullKillSwitch"
  | "readCeilings"
  | "readHead"
  | "readIndexedHead"
  | "saveBankReading"
  | "saveNamed"
  | "standingOfNamed"
  | "transactionsSince"
  | "saveHeads"
  | "saveSettledBlock"
  | "takeChainEvents"
  | "tellPulls"
>;

/** So much that nothing in a world reaches it: what a ceiling holds back is another room's test. */
export const PLENTY_CENTAVOS = 10n ** 13n;

const greatest = (a: bigint | null, b: bigint | null) => (a === null || (b !== null && b > a) ? b : a);
const isFinal = (status: string) => status === "COMPLETE" || status === "FAILED";

/** What was read of bank and chain, events and the kill switch, as reactor/store keeps them. */
export function outsideIn(books: Books): Outside {
  const now = books.nowMs;
  const wake = (legId: number | null) => {
    const row = legId === null ? undefined : books.legs.get(legId);
    if (row !== undefined) wakeLeg(books, row);
  };
  const appendEvents: Outside["appendEvents"] = async (events) =>
    events.map((one) => {
      const stored = { ...one, ...recorded(one.type, one.data), id: books.nextId(), atMs: now() };
      books.events.put(stored.id, stored);
      return stored;
    });
  const tellPulls = async () => {
    const untold = books.openPulls().filter((pull) => !pull.told);
    for (const pull of untold) books.pulls.put(pull.id, { ...pull, told: true });
    return appendEvents(
      untold.map(({ why, pulledBy }) => ({
        ...{ paymentId: null, legId: null, type: "interruptor_activado" as const },
        ...{ data: { message: why }, actor: pulledBy },
      })),
    );
  };
  const pullKillSwitch: Outside["pullKillSwitch"] = async (why, pulledBy, finding = null) => {
    const known =
      books.openPulls().some((pull) => pull.why === why) ||
      (finding !== null && [...books.pulls.all()].some((pull) => pull.finding === finding));
    const id = books.nextId();
    if (!known) books.pulls.put(id, { id, why, pulledBy, finding, told: false, liftedAtMs: null });
    return tellPulls();
  };
  const saveTransactions = (account: string, transactions: BankReading["transactions"]): readonly string[] => {
    const changed: string[] = [];
    for (const listed of transactions) {
      const before = books.bank.get(listed.id);
      // COMPLETE and FAILED are final, as in reactor/store/saveBankReading.ts.
      if (before && isFinal(before.status) && listed.status !== before.status) continue;
      const seen = (name: "receiverClabe" | "address" | "bankAccountId" | "txHash" | "fiatId") =>
        listed[name] ?? before?.[name] ?? null;
      const { id, type, status, amountBaseUnits, createdAtMs, updatedAtMs } = listed;
      const refunded = listed.refunded || before?.refunded === true;
      const isAsRead =
        before?.status === status && before.refunded === refunded && before.txHash === (listed.txHash ?? before.txHash);
      const row: BankRow = {
        ...{ id, account, status, amountBaseUnits, updatedAtMs, readAtMs: isAsRead ? before.readAtMs : now() },
        unexplainedReadings: before?.unexplainedReadings ?? 0,
        ...{ type: before?.type ?? type, createdAtMs: before?.createdAtMs ?? createdAtMs },
        ...{ receiverClabe: seen("receiverClabe"), address: seen("address"), bankAccountId: seen("bankAccountId") },
        ...{ txHash: seen("txHash"), fiatId: seen("fiatId"), refunded },
      };
      books.bank.put(id, row);
      changed.push(id);
    }
    return changed;
  };
  const wakeConcerned = (changed: readonly string[]): void => {
    const concerned = new Set<number>();
    for (const word of ["unknown_outcome", "bank_unread", "insufficient", "failed_withdrawal", "failed"]) {
      for (const row of books.byWord.of(word)) concerned.add(row.id);
    }
    for (const id of changed) {
      for (const row of books.attemptsNaming.of(id)) concerned.add(row.legId);
      for (const row of books.claimsNaming.of(id)) if (row.freedAtMs === null) concerned.add(row.legId);
      const hash = books.bank.get(id)?.txHash ?? null;
      if (hash === null) continue;
      for (const row of books.ownByHash.of(hash)) if (row.legId !== null) concerned.add(row.legId);
    }
    for (const legId of concerned) if (books.legs.get(legId)?.state !== "review") wake(legId);
  };
  return {
    appendEvents,
    databaseNowMs: async () => now(),
    isKilled: async () => books.openPulls().length > 0,
    pullKillSwitch,
    tellPulls,
    readCeilings: async () => ({
      ...{ payoutCentavos: PLENTY_CENTAVOS, hourCentavos: PLENTY_CENTAVOS, dayCentavos: PLENTY_CENTAVOS },
      allowanceCentavos: PLENTY_CENTAVOS,
    }),
    anyLegWaitsFor: async (reason) => books.byWord.count(reason) > 0,

    readHead: async (chainId) => books.heads.get(chainId) ?? null,
    readIndexedHead: async () => books.index.head(),
    saveHeads: async (heads) => {
      const { chainId, latestNumber, settled, settledLargeNumber, complaint, readAtMs } = heads;
      const before = books.heads.get(chainId);
      const known = before?.settledNumber ?? null;
      const newer = settled !== null && settled.number >= (known ?? 0n);
      books.heads.put(chainId, {
        ...{ chainId, latestNumber, complaint, readAtMs },
        settledNumber: greatest(known, settled?.number ?? null),
        settledHash: newer ? settled.hash : (before?.settledHash ?? null),
        settledLargeNumber: greatest(before?.settledLargeNumber ?? null, settledLargeNumber),
      });
    },
    saveSettledBlock: async (_chainId, number, hash) => {
      books.settled.put(String(number), { number, hash, readAtMs: now() });
    },

    takeChainEvents: async () => {
      const shown = books.index.everShown();
      // What a reorg took back before anybody looked is not shown any more; what is shown again is there once.
      const isShown = ({ key, txHash }: (typeof shown)[number]) =>
        books.index.logsOf([txHash], []).some((log) => log.key === key);
      const unread = shown.slice(books.taken.get("logs")?.upTo ?? 0);
      const byKey = new Map(unread.filter(isShown).map((log) => [log.key, log]));
      const news = [...byKey.values()].filter((log) => !books.inbox.get(log.key));
      books.taken.put("logs", { upTo: shown.length });
      const concerned = new Set<number>();
      for (const { key, txHash, escrowId } of news) {
        books.inbox.put(key, { key });
        for (const row of books.ownByHash.of(txHash)) if (row.legId !== null) concerned.add(row.legId);
        if (escrowId !== null) for (const row of books.byEscrow.of(escrowId)) concerned.add(row.id);
        for (const listed of books.bankByHash.of(txHash)) {
          for (const sent of books.attemptsNaming.of(listed.id)) concerned.add(sent.legId);
        }
      }
      for (const legId of concerned) wake(legId);
      return { taken: news.length, woken: concerned.size };
    },

    knownVersions: async (ids) =>
      new Map(
        ids.flatMap((one): [string, KnownVersion][] => {
          const row = books.bank.get(one);
          if (row === undefined) return [];
          const { id, status, txHash, updatedAtMs } = row;
          return [[id, { id, status, txHash, updatedAtMs }]];
        }),
      ),
    transactionsSince: async (_account, sinceMs) => {
      const since = [...books.bank.all()].filter(({ createdAtMs }) => createdAtMs >= sinceMs);
      const open = since.filter(({ status }) => !isFinal(status));
      return { count: since.length, open: open.map(({ id }) => id) };
    },
    knownDeposits: async (_account, names) => {
      const told = [...books.spei.all()].flatMap(({ fid, claveRastreo }) => [fid, claveRastreo]);
      return new Set(names.filter((name) => told.includes(name)));
    },
    lastReadingMs: async () => books.readings.get("last")?.startedAtMs ?? null,
    availableCentavos: async () => {
      const units = books.readings.get("balance")?.availableBaseUnits ?? null;
      return units === null ? null : units / 10_000n;
    },
    standingOfNamed: async (_account, ids) =>
      new Map(
        ids.flatMap((id): [string, "open" | "over"][] => {
          const isNamed =
            [...books.attemptsNaming.of(id)].length > 0 ||
            [...books.claimsNaming.of(id)].some(
              ({ source, freedAtMs }) => (source === "issuance" || source === "bank_transaction") && freedAtMs === null,
            );
          return isNamed ? [[id, isFinal(books.bank.get(id)?.status ?? "") ? "over" : "open"]] : [];
        }),
      ),
    saveNamed: async ({ account, startedAtMs, transactions, availableBaseUnits }) => {
      const changed = saveTransactions(account, transactions);
      const newestReactor = books.readings.get("last")?.newestReactor ?? 0;
      books.readings.put("balance", { startedAtMs, newestReactor, availableBaseUnits });
      wakeConcerned(changed);
    },
    awaitsRefund: async () => books.byWord.count("failed_withdrawal") + books.byWord.count("failed") > 0,

    saveBankReading: async ({
      startedAtMs,
      newestReactor,
      transactions,
      deposits,
      refunds,
      availableBaseUnits,
      ours: { account, bridge },
    }) => {
      const changed = saveTransactions(account, transactions);
      let news = 0;
      for (const listed of deposits) {
        const before = books.spei.get(listed.fid);
        if (before?.status === listed.status) continue;
        books.spei.put(listed.fid, {
          ...(before ?? listed),
          ...listed,
          account,
          claveRastreo: listed.claveRastreo ?? null,
          senderName: listed.senderName ?? before?.senderName ?? null,
          senderBank: listed.senderBank ?? before?.senderBank ?? null,
          depositType: listed.depositType ?? null,
        });
        news++;
      }
      for (const { id, refundOf = null, amountBaseUnits, createdAtMs } of refunds) {
        if (!books.refunds.get(id)) books.refunds.put(id, { id, account, refundOf, amountBaseUnits, createdAtMs });
      }
      // Newest is what was stored last, as in reactor/store.
      books.readings.put("last", { startedAtMs, newestReactor, availableBaseUnits });
      if (availableBaseUnits !== null) {
        books.readings.put("balance", { startedAtMs, newestReactor, availableBaseUnits });
      }
      wakeConcerned(changed);
      return { changed: changed.length + news, ...(await judgeDebits(books, bridge, pullKillSwitch)) };
    },
  };
}
