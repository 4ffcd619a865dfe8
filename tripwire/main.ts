import { writeFile } from "node:fs/promises";
import process from "node:process";
import { createPublicClient, fallback, http } from "viem";
import { kustodiaEscrowAbi } from "../abis/kustodiaEscrow.ts";
import { bankClient } from "./bankClient.ts";
import { readTripwireConfig, type TripwireConfig } from "./config.ts";
import { assertMayPull, pull } from "./pull.ts";
import { readSplits } from "./readSplits.ts";
import { watch } from "./watch.ts";
import { watchBank } from "./watchBank.ts";
import { watchChain } from "./watchChain.ts";

/**
 * A process that believes nobody of ours. It looks at outside evidence alone, the bank's list and the token's logs, and
 * pulls the kill switch when they show what no payment explains. It has a bank key and a database role of its own, shares
 * no decision with the reactor, and can do nothing but stop the money.
 */
const TIMEOUT_MS = 15_000;
const say = (line: string) => process.stdout.write(`${line}\n`);

async function start(config: TripwireConfig, signal: AbortSignal): Promise<void> {
  await assertMayPull(config.databaseUrl);
  const { token, lanes, junoWallet, startBlock, lookbackBlocks, lookbackMs, lookEveryMs, seenFile } = config;
  const transports = config.rpcUrls.map((url) => http(url, { timeout: TIMEOUT_MS, retryCount: 0 }));
  const chain = createPublicClient({ transport: fallback(transports) });
  const platformOf = (address: `0x${string}`) =>
    chain.readContract({ address, abi: kustodiaEscrowAbi, functionName: "platformWallet" });
  const ours = await Promise.all(
    lanes.map(async (lane) => ({ ...lane, junoWallet, platformWallet: (await platformOf(lane.escrow)).toLowerCase() })),
  );
  const sources = [
    watchChain(chain, { token, ours, startBlock, lookbackBlocks }),
    watchBank(bankClient(config.bank, TIMEOUT_MS), {
      ...{ bridges: lanes.map(({ bridge }) => bridge), lookbackMs, now: Date.now },
      readSplits: () => readSplits(config.databaseUrl),
    }),
  ];
  say("👁️  Tripwire en guardia");
  // A disk that is full ends no watching: the health check then says that nothing was seen.
  const seen = async () => {
    if (seenFile !== undefined) await writeFile(seenFile, "").catch((error) => say(`❌ ${seenFile}: ${error}`));
  };
  await watch({ sources, pull: (finding) => pull(config.databaseUrl, finding), say, seen, lookEveryMs, signal });
}

try {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
  await start(readTripwireConfig(process.env), stopping.signal);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
