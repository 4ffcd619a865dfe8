import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { deployContracts } from "../../bin/stack/deployContracts.ts";
import { freePort } from "../../bin/stack/freePort.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { programEnvironment } from "../../bin/stack/programEnvironment.ts";
import { type Child, supervise } from "../../bin/stack/supervise.ts";
import { until } from "../../bin/stack/until.ts";
import { freshAnvil } from "../harness/freshAnvil.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";
import { openTestFolder } from "../harness/testFolder.ts";

const STEP_MS = 60_000;
const checkout = process.cwd();
const folder = openTestFolder();
const supervisor = supervise(folder.path);
const [database, anvil] = await Promise.all([freshDatabase(), freshAnvil({ blockTimeS: 1, slotsInAnEpoch: 1 })]);
const contracts = await deployContracts(anvil.rpcUrl, "one-step");
const { bridge, juno } = localAccounts();
const port = await freePort();
const env = programEnvironment({
  ...{ DATABASE_URL: database.url, PONDER_PORT: String(port), PONDER_STANDS_AFTER_MS: "20000" },
  ...{ ETH_RPC_URL: anvil.rpcUrl, ETH_WS_URL: anvil.wsUrl, CHAIN_ID: String(contracts.chainId) },
  ...{ ESCROW_CONTRACT_ADDRESS_2: contracts.escrow, MOCK_ERC20_ADDRESS: contracts.mxnb },
  ...{ ESCROW_BRIDGE_WALLET: bridge.address, JUNO_WALLET: juno.address, START_BLOCK: String(contracts.startBlock) },
});
afterAll(async () => {
  await supervisor.stopAll(10_000);
  await anvil.stop();
  await database.close();
  folder.remove();
});

/** As the image's ENTRYPOINT does, and as often as what keeps it running starts it. */
const startIndexer = () =>
  supervisor.start({
    ...{ name: "indexer", command: process.execPath, cwd: checkout, env, stopSignal: "SIGTERM", mayEnd: true },
    args: ["--import", "tsx", join(checkout, "bin/image/indexer.ts")],
  });

const indexedBlock = async (): Promise<number | undefined> => {
  const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => null);
  if (!answer?.ok) return undefined;
  const [chain] = Object.values((await answer.json()) as Record<string, { block: { number: number } }>);
  return chain?.block.number;
};

/** It reads new blocks: what was indexed before is told again. */
async function untilItMoves(indexer: Child): Promise<void> {
  const tell = async () => indexer.lastWords();
  const from = await until("the index", STEP_MS, indexedBlock, tell);
  await until("a new block", STEP_MS, async () => ((await indexedBlock()) ?? 0) > from + 1 || undefined, tell);
}

/** Breaks one of Ponder's transactions off, as a primary does that dies. */
const breakOff = () =>
  until("a transaction of Ponder's", STEP_MS, async () => {
    const { rows } = await database.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null`);
    return rows.length > 0 || undefined;
  });

/** The process of Ponder's that an indexer has started. */
function ponderOf({ pid }: Child): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
  const ponder = children.find((one) => readFileSync(`/proc/${one}/cmdline`, "utf8").includes("ponder"));
  if (ponder === undefined) throw new Error(`The indexer ${pid} has no Ponder.`);
  return ponder;
}

test("an index that stands while the chain moves ends its program with 1, and one that was broken off goes on, anew or not", async () => {
  const began = await startIndexer();
  await untilItMoves(began);
  await breakOff();
  const hasEnded = await Promise.race([untilItMoves(began).then(() => false), began.ended.then(() => true)]);
  const goesOn = hasEnded ? await startIndexer() : began;
  await untilItMoves(goesOn);
  // Its Ponder lives and hears nothing.
  process.kill(ponderOf(goesOn), "SIGSTOP");
  expect(await goesOn.ended).toMatchObject({ code: 1, expected: false });
  expect(goesOn.lastWords()).toContain("The index stands at block");
}, 180_000);
