import pg from "pg";
import { createDatabase } from "../../bin/stack/createDatabase.ts";
import { deployContracts } from "../../bin/stack/deployContracts.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { startAnvil } from "../../bin/stack/startAnvil.ts";
import { type PonderEnvironment, startPonder } from "../../bin/stack/startPonder.ts";
import { until } from "../../bin/stack/until.ts";
import { answers } from "../../bin/stack/waitUntilReady.ts";
import type { Measured, Settings } from "../measured.ts";
import { linesOf, profiledInto, readProfile, type Spent } from "../profile.ts";
import { type Parts, withParts } from "../withParts.ts";
import { EVENTS_OF_AN_ESCROW, mineEscrows } from "./mineEscrows.ts";
import { startBare } from "./startBare.ts";

const WHOLE = { escrows: 6_667, rounds: 3 };
const TINY = { escrows: 60, rounds: 1 };
const INDEXED_WITHIN_MS = 120_000;

/** Start to ready, ms: with nothing stored, and with the node's answers stored by a run before. */
type Took = Readonly<{ emptyMs: number; warmMs: number; events: number }>;
type Indexer = (name: string) => Promise<Took>;

/**
 * Indexes 20,000 events of the escrow from an empty database, then anew with the cache that Ponder keeps of the chain, which is
 * what a deploy of changed indexing costs; beside the least that a Ponder application can be, on the same chain, by turns.
 */
export function benchIndexing({ tiny, say }: Settings): Promise<Measured> {
  const { escrows, rounds } = tiny ? TINY : WHOLE;
  const events = escrows * EVENTS_OF_AN_ESCROW;
  return withParts(async (parts) => {
    const { rpcUrl } = await startAnvil(parts.supervisor, { slotsInAnEpoch: 1 });
    const contracts = await deployContracts(rpcUrl, "one-step");
    say(`mining ${escrows} escrows …`);
    const bridge = await mineEscrows(rpcUrl, contracts, escrows);
    const env = {
      ETH_RPC_URL: rpcUrl,
      CHAIN_ID: String(contracts.chainId),
      ESCROW_CONTRACT_ADDRESS_2: contracts.escrow,
      MOCK_ERC20_ADDRESS: contracts.mxnb,
      ESCROW_BRIDGE_WALLET: bridge,
      JUNO_WALLET: localAccounts().juno.address,
      START_BLOCK: String(contracts.startBlock),
    };
    const [ours, bare]: [Took[], Took[]] = [[], []];
    for (let round = 1; round <= rounds; round++) {
      ours.push(await indexOurs(parts, env)(`ours_${round}`));
      bare.push(await indexBare(parts, env)(`bare_${round}`));
      say(`round ${round} of ${rounds}: ${told(ours.at(-1))}; bare ${told(bare.at(-1))}`);
    }
    // Once more and measured by itself: to look at it costs time.
    const profiles = parts.folder.pathOf("profiles");
    await indexOurs(parts, env, profiledInto(profiles))("profiled");
    return measured({ escrows, rounds, events, ours, bare, spent: readProfile(profiles) });
  });
}

const told = (took: Took | undefined) => `${took?.emptyMs} ms from empty, ${took?.warmMs} ms with a warm cache`;

function indexOurs(parts: Parts, env: Omit<PonderEnvironment, "DATABASE_URL">, flags: readonly string[] = []): Indexer {
  const { supervisor, checkout } = parts;
  return async (name) => {
    const database = await createDatabase(parts.postgresUrl, name);
    const start = () =>
      startPonder(supervisor, { checkout, env: { ...env, DATABASE_URL: database }, until: "alive", flags });
    const [emptyMs, schema] = await timed(start);
    const events = await count(database, "chain.chain_event where kind like 'Escrow%'");
    await forget(database, schema, "chain");
    const [warmMs] = await timed(start);
    return {
      emptyMs,
      warmMs,
      events: Math.min(events, await count(database, "chain.chain_event where kind like 'Escrow%'")),
    };
  };
}

function indexBare(parts: Parts, env: Readonly<Record<string, string>>): Indexer {
  const { supervisor, checkout, folder } = parts;
  return async (name) => {
    const database = await createDatabase(parts.postgresUrl, name);
    let copies = 0;
    const start = () =>
      startBare(supervisor, {
        checkout,
        copy: folder.pathOf(`${name}_${++copies}`),
        env: { ...env, DATABASE_URL: database },
      });
    const [emptyMs] = await timed(start);
    await forget(database, "bare");
    const [warmMs] = await timed(start);
    return { emptyMs, warmMs, events: await count(database, "bare.escrow_event") };
  };
}

type Started = Readonly<{ url: string; schema?: string; stop: (withinMs?: number) => Promise<unknown> }>;

/** Until it says that it is ready, its start included; then ends it. */
async function timed(start: () => Promise<Started>): Promise<readonly [ms: number, schema: string]> {
  const beganMs = performance.now();
  const ponder = await start();
  await until("all indexed", INDEXED_WITHIN_MS, async () =>
    (await answers(`${ponder.url}/ready`)) ? true : undefined,
  );
  const tookMs = Math.round(performance.now() - beganMs);
  await ponder.stop();
  return [tookMs, ponder.schema ?? ""];
}

async function forget(databaseUrl: string, ...schemas: readonly string[]): Promise<void> {
  await asked(databaseUrl, schemas.map((schema) => `drop schema ${schema} cascade`).join(";"));
}

async function count(databaseUrl: string, rows: string): Promise<number> {
  const [row] = await asked(databaseUrl, `select count(*)::int as count from ${rows}`);
  return Number(row?.count);
}

async function asked(databaseUrl: string, query: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(query)).rows ?? [];
  } finally {
    await client.end();
  }
}

type Seen = Readonly<{
  escrows: number;
  rounds: number;
  events: number;
  ours: readonly Took[];
  bare: readonly Took[];
  spent: Spent;
}>;

function measured({ escrows, rounds, events, ours, bare, spent }: Seen): Measured {
  const of = (all: readonly Took[], which: "emptyMs" | "warmMs") =>
    all.map((one) => one[which]).toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
  const figures = {
    emptyMs: of(ours, "emptyMs"),
    warmMs: of(ours, "warmMs"),
    bareEmptyMs: of(bare, "emptyMs"),
    bareWarmMs: of(bare, "warmMs"),
  };
  const short = [...ours, ...bare].filter((one) => one.events !== events);
  return {
    settings: { escrows, escrow_events: events, rounds },
    figures,
    details: {
      "escrow events a second, from empty": Math.round(events / (figures.emptyMs / 1_000)),
      "ours / bare, from empty": (figures.emptyMs / figures.bareEmptyMs).toFixed(2),
      "ours / bare, warm": (figures.warmMs / figures.bareWarmMs).toFixed(2),
    },
    shown: { "How Ponder spends its time on ours, from empty, its start included": linesOf(spent) },
    wrong: short.map((one) => `${one.events} of ${events} events were indexed.`),
    missed: [],
  };
}
