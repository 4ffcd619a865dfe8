import { readNonce } from "./chain/readNonce.ts";
import type { Reactor } from "./reactor.ts";
import { processLock } from "./runProcess.ts";
import { stopOutgoing } from "./stopOutgoing.ts";
import type { Queryable } from "./store/database.ts";
import { isStale } from "./store/isStale.ts";
import { lastRuns } from "./store/processRuns.ts";
import { heldLocks } from "./store/withLock.ts";
import { nextRunMs, PROCESS_NAMES, type ProcessName, processes } from "./timers/processes.ts";

/** Two runs of the deposits process: a bank that answered nothing for longer is not answering. */
const BANK_SILENT_MS = 11 * 60_000;

/** How far the index and the chain have come, as operators and the status page read it. */
export async function freshness(reactor: Reactor) {
  const head = await reactor.store.readHead(reactor.facts.chainId);
  const indexed = await reactor.store.readIndexedHead(reactor.facts);
  const nowMs = await reactor.store.databaseNowMs();
  const { staleAfterMs } = reactor.facts;
  return {
    chainId: reactor.facts.chainId,
    indexedBlock: indexed?.number ?? null,
    latestBlock: head?.latestNumber ?? null,
    settledBlock: head?.settledNumber ?? null,
    indexedAtMs: indexed ? indexed.timestampUnixS * 1_000 : null,
    stale: isStale({ head, indexed, nowMs, staleAfterMs }),
    complaint: head?.complaint ?? null,
  };
}

/** Which of the four parts that money needs answer, each by what was last seen of it. */
export async function probes(reactor: Reactor) {
  const database = await reactor.store.databaseNowMs().then(
    () => ({ ok: true, detail: "responde" }),
    (error: unknown) => ({ ok: false, detail: error instanceof Error ? error.message : "no responde" }),
  );
  const silent = { ok: false, detail: "sin base de datos no se sabe" };
  if (!database.ok) return { database, indexer: silent, rpc: silent, bank: silent };
  const { indexedBlock, latestBlock, stale } = await freshness(reactor);
  const head = await reactor.store.readHead(reactor.facts.chainId);
  const nowMs = await reactor.store.databaseNowMs();
  const rpcAgeMs = head ? nowMs - head.readAtMs : null;
  const readMs = await reactor.store.lastReadingMs(reactor.facts.account);
  return {
    database,
    indexer: { ok: indexedBlock !== null && !stale, detail: `bloque ${indexedBlock ?? "—"} de ${latestBlock ?? "—"}` },
    rpc: aged(rpcAgeMs, reactor.facts.staleAfterMs),
    bank: aged(readMs === null ? null : nowMs - readMs, BANK_SILENT_MS),
  };
}

function aged(ageMs: number | null, limitMs: number) {
  if (ageMs === null) return { ok: false, detail: "aún no responde" };
  return { ok: ageMs <= limitMs, detail: `última respuesta hace ${Math.round(ageMs / 1_000)} s` };
}

/** The five processes with their last and next runs on this reactor's bank account. */
export async function processStates(reactor: Reactor, db: Queryable, timersOn: boolean) {
  const runs = await lastRuns(db, reactor.facts.account, PROCESS_NAMES);
  const lockOf = (name: ProcessName) => processLock(name, reactor.facts.account);
  const held = await heldLocks(db, PROCESS_NAMES.map(lockOf));
  const nowMs = await reactor.store.databaseNowMs();
  return PROCESS_NAMES.map((name) => {
    const run = runs.find((one) => one.process === name) ?? null;
    return {
      name,
      everyMinutes: processes[name].everyMinutes,
      lastRun: run && {
        startedAtMs: run.startedAtMs,
        finishedAtMs: run.finishedAtMs,
        result: run.result,
        error: run.error,
      },
      nextRunAtMs: timersOn ? nextRunMs(name, nowMs) : null,
      running: held.has(lockOf(name)),
    };
  });
}

/**
 * The start fence: a chain nonce above ours means that somebody else sends with our key, or that this database was
 * restored from an older copy; and so does a transaction of our key in the node's pool that is none of ours, which a new
 * database sees of a program that still sends. Outgoing money then stays stopped until a person lifts it (DESIGN 6).
 * @returns why it was raised, or null.
 * @throws ChainUnavailable when no node answers.
 */
export async function raiseFence(reactor: Reactor): Promise<string | null> {
  // Ours is asked for last: what another reactor of this database sends meanwhile has its number before it leaves.
  const { latest, pending } = await readNonce(reactor.world.chain);
  const ours = await reactor.store.ensureSigner(reactor.signer.address, latest);
  if (latest <= ours && pending <= ours) return null;
  const why =
    latest > ours
      ? `el nonce de la cadena (${latest}) va adelante del nuestro (${ours}): otra copia usa esta llave, o la base es antigua`
      : `el nodo tiene por minar transacciones de esta llave que no son nuestras (nonce ${ours} a ${pending - 1}): otro programa la usa todavía`;
  await stopOutgoing(reactor, why);
  // The switch stays pulled until persons lift it; what leaves then must leave at a nonce that is free.
  await reactor.store.followChainNonce(reactor.signer.address, Math.max(latest, pending));
  return why;
}
