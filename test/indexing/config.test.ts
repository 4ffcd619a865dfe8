import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { supervise } from "../../bin/stack/supervise.ts";
import { openTestFolder } from "../harness/testFolder.ts";

const complete = {
  CHAIN_ID: "31337",
  ETH_RPC_URL: "http://127.0.0.1:8545",
  ESCROW_CONTRACT_ADDRESS_2: "0xa5b45dc1cf2e44844eba557df29687d24f5d8543",
  MOCK_ERC20_ADDRESS: "0x82b9e52b26a2954e113f94ff26647754d5a4247d",
  ESCROW_BRIDGE_WALLET: "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
  JUNO_WALLET: "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc",
  DATABASE_URL: "postgresql://kustodia@127.0.0.1:5432/kustodia",
};
const optional = { ETH_WS_URL: "", START_BLOCK: "", POSTGRES_HOST: "", POSTGRES_PORT: "" };

afterEach(() => vi.unstubAllEnvs());

/** ponder.config.ts reads the environment once, when it is loaded; so each reading loads it anew. */
async function configured(environment: Record<string, string>) {
  for (const [name, value] of Object.entries({ ...complete, ...optional, ...environment })) vi.stubEnv(name, value);
  vi.resetModules();
  return (await import("../../ponder.config.ts")).default;
}

test.each(Object.keys(complete))("without %s it refuses to start, and names it", async (name) => {
  await expect(configured({ [name]: "" })).rejects.toThrow(new RegExp(`^${name} is missing: it must be `));
});

test.each([
  ["CHAIN_ID", "1"],
  ["CHAIN_ID", "0x7a69"],
  ["JUNO_WALLET", "0x3c44"],
  ["START_BLOCK", "-1"],
  ["START_BLOCK", "latest"],
])("%s=%s is refused by name", async (name, value) => {
  await expect(configured({ [name]: value })).rejects.toThrow(new RegExp(`^${name} is `));
});

test.each(["31337", "421614", "42161"])("chain %s needs nothing but its id", async (id) => {
  expect((await configured({ CHAIN_ID: id })).chains.chain).toMatchObject({ id: Number(id) });
});

test("a local RPC is listed twelve times, against Ponder's limit per entry, and by turns with another; a remote one as often as it was given", async () => {
  const rpc = "https://a.example/rpc, https://b.example/rpc";
  const byTurns = (await configured({ ETH_RPC_URL: rpc })).chains.chain.rpc as string[];
  expect(byTurns).toHaveLength(24);
  expect(byTurns.slice(0, 4)).toEqual([...rpc.split(", "), ...rpc.split(", ")]);
  expect((await configured({})).chains.chain.rpc).toEqual(Array(12).fill(complete.ETH_RPC_URL));
  expect((await configured({ CHAIN_ID: "421614", ETH_RPC_URL: rpc })).chains.chain.rpc).toEqual(rpc.split(", "));
});

test("the websocket, the first block and the client's POSTGRES_* names are used when they are given", async () => {
  const postgres = {
    POSTGRES_HOST: "db",
    POSTGRES_USER: "kus",
    POSTGRES_PASSWORD: "p@ss/word",
    POSTGRES_DB: "kustodia",
  };
  const config = await configured({
    ETH_WS_URL: "ws://127.0.0.1:8545",
    START_BLOCK: "8100000",
    DATABASE_URL: "",
    ...postgres,
  });
  expect(config.chains.chain).toMatchObject({ ws: "ws://127.0.0.1:8545" });
  expect(Object.values(config.contracts).map(({ startBlock }) => startBlock)).toEqual([
    8_100_000, 8_100_000, 8_100_000,
  ]);
  expect(config.database).toEqual({
    kind: "postgres",
    connectionString: "postgresql://kus:p%40ss%2Fword@db:5432/kustodia",
  });
});

test("the indexer itself ends with the sentence that says what is missing", async () => {
  const folder = openTestFolder();
  const checkout = resolve(import.meta.dirname, "../..");
  const ponder = await supervise(folder.path).start({
    name: "ponder",
    command: process.execPath,
    args: [resolve(checkout, "node_modules/ponder/dist/esm/bin/ponder.js"), "start", "--schema", "never"],
    cwd: checkout,
    env: { ...complete, JUNO_WALLET: "", HOME: folder.path, PONDER_TELEMETRY_DISABLED: "1" },
    stopSignal: "SIGINT",
  });
  expect((await ponder.ended).code).toBe(1);
  expect(readFileSync(ponder.logPath, "utf8")).toContain(
    "JUNO_WALLET is missing: it must be the address of the wallet in which the bank",
  );
  folder.remove();
});
