import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  API_KEYS,
  bridgeWallet,
  eventually,
  JUNO_KEY,
  junoWallet,
  openTestBank,
  openTestChain,
  signingClient,
  type TestChain,
} from "./openTestBank.ts";

let chain: TestChain;
beforeAll(async () => {
  chain = await openTestChain();
});
afterAll(() => chain.stop());

let folder: string;
let journal: string;
const children = new Set<ChildProcess>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  journal = join(folder, "journal.jsonl");
});
afterEach(async () => {
  await Promise.all([...children].map((child) => end(child, "SIGKILL")));
  rmSync(folder, { recursive: true });
});

const MAIN = resolve(import.meta.dirname, "../../sandbox/main.ts");

/** The sandbox as its own process, as `npm start` runs it. */
async function startProcess(environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", MAIN], {
    env: {
      PATH: process.env.PATH,
      ETH_RPC_URL: chain.rpcUrl,
      MOCK_ERC20_ADDRESS: chain.mxnb,
      SANDBOX_JUNO_PRIVATE_KEY: JUNO_KEY,
      SANDBOX_API_KEYS: Object.entries(API_KEYS)
        .map(([key, secret]) => `${key}:${secret}`)
        .join(","),
      SANDBOX_JOURNAL: journal,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const [line] = await Promise.race([
    once(createInterface(child.stdout), "line"),
    once(createInterface(child.stderr), "line"),
  ]);
  const url = /http:\S+/.exec(String(line))?.[0] ?? "";
  return { child, line: String(line), ...signingClient(url) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, "exit");
  child.kill(signal);
  const [code] = await exited;
  return code;
}

describe("after a kill -9", () => {
  test.each([
    ["while the bank is down", "mined first"],
    ["when the bank is back", "started first"],
  ])(
    "a withdrawal that was sent but is not mined is finished, and transferred once: mined %s",
    async (_when, order) => {
      const first = await startProcess();
      await first.deposit(await first.createClabe(), "1000.00");
      await first.atRest();
      const before = await chain.balanceOf(bridgeWallet.address);
      await chain.node.setAutomine(false);
      const { id } = (await first.withdraw("400.00")).json.payload;
      await eventually(async () => ((await chain.node.getTxpoolStatus()).pending === 1 ? true : undefined));
      await end(first.child, "SIGKILL");
      const written = readFileSync(journal, "utf8").trimEnd().split("\n");
      expect(written.at(-1)).toContain(`"call_signed","transactionId":"${id}"`);

      if (order === "mined first") await chain.node.mine({ blocks: 1 });
      const second = await startProcess();
      expect((await second.transaction(id)).status).toMatch(/IN_PROGRESS|COMPLETE/);
      await chain.node.setAutomine(true);
      await chain.node.mine({ blocks: 1 });

      expect(await second.settled(id)).toMatchObject({ status: "COMPLETE" });
      const books = await second.atRest();
      expect((await chain.balanceOf(bridgeWallet.address)) - before).toBe(400_000_000n);
      expect(books.totals).toMatchObject({ issued: "100000", withdrawn: "40000", on_hold: "0" });
      expect(books.totals.custody).toBe(String((await chain.balanceOf(junoWallet)) / 10_000n));
    },
  );

  test("orders at every stage go on, whenever the kill came, and a half-written line is forgotten", async () => {
    let bank = await startProcess();
    const clabe = await bank.createClabe();
    const account = await bank.registerAccount();
    await bank.deposit(clabe, "5000.00");
    await bank.atRest();
    for (const pauseMs of [20, 130]) {
      await bank.withdraw("100.00");
      await bank.redeem("200.00", account);
      await bank.deposit(clabe, "150.00");
      await new Promise((wake) => setTimeout(wake, pauseMs));
      await end(bank.child, "SIGKILL");
      appendFileSync(journal, '[{"entry":"spei_recei');
      bank = await startProcess();
    }
    const books = await bank.atRest();
    expect(books.paid_by_clabe).toMatchObject([{ payouts: 2, paid: "40000" }]);
    expect(books.totals).toMatchObject({ issued: "530000", withdrawn: "20000", redeemed: "40000" });
    expect(books.totals.custody).toBe(String((await chain.balanceOf(junoWallet)) / 10_000n));
  });
});

test("what was signed but is not on the chain (never sent, or lost with Anvil's last seconds) is sent again", async () => {
  const first = await openTestBank(chain, { journalPath: journal });
  await first.deposit(await first.createClabe(), "500.00");
  await first.atRest();
  const before = await chain.balanceOf(bridgeWallet.address);
  const { id } = await chain.forgetting(async () => {
    const { payload } = (await first.withdraw("500.00")).json;
    await first.settled(payload.id);
    await first.stop();
    return payload;
  });
  expect(await chain.balanceOf(bridgeWallet.address)).toBe(before);

  const second = await openTestBank(chain, { journalPath: journal });
  expect((await second.transaction(id)).status).toBe("COMPLETE");
  await eventually(async () => ((await chain.balanceOf(bridgeWallet.address)) > before ? true : undefined));
  expect((await chain.balanceOf(bridgeWallet.address)) - before).toBe(500_000_000n);
  await second.stop();
});

test("CLABEs, accounts, idempotency keys and webhooks outlive a clean stop, which exits with 0", async () => {
  const first = await startProcess();
  const clabe = await first.createClabe();
  const account = await first.registerAccount();
  await first.deposit(clabe, "500.00");
  await first.atRest();
  const key = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";
  const { id } = (await first.redeem("100.00", account, key)).json.payload;
  expect(await end(first.child, "SIGTERM")).toBe(0);

  const second = await startProcess();
  expect((await second.redeem("100.00", account, key)).json.payload.id).toBe(id);
  const books = await second.atRest();
  expect(books.clabes).toContain(clabe);
  expect(books.paid_by_clabe).toMatchObject([{ payouts: 1, paid: "10000" }]);
  expect(await end(second.child, "SIGINT")).toBe(0);
});

test("a missing setting is one sentence that names it", async () => {
  const { child, line } = await startProcess({ SANDBOX_API_KEYS: undefined });
  expect(line).toContain("SANDBOX_API_KEYS");
  expect(child.exitCode ?? (await once(child, "exit"))[0]).toBe(1);
});

test("a journal of another chain is refused", async () => {
  const first = await openTestBank(chain, { journalPath: journal });
  await first.stop();
  const other = await openTestChain();
  await expect(openTestBank(other, { journalPath: journal })).rejects.toThrow("belongs to another chain");
  await other.stop();
});
