import type { Hex, PublicClient } from "viem";
import type { ChainClient } from "./client.ts";
import { describeFailure } from "./failures.ts";
import { type SettledPolicy, settledAlone } from "./headPolicy.ts";

export type Block = Readonly<{ number: bigint; hash: Hex; timestampUnixS: number }>;

export type Heads =
  /** `message` where one endpoint is silent, and the other alone says so. */
  | Readonly<{ outcome: "done"; latest: Block; settled: Block; message?: string }>
  /** The chain moves, but nothing is settled: `message` says why, and no depth may stand in for it. */
  | Readonly<{ outcome: "done"; latest: Block; settled: null; message: string }>
  /** The settled height has two hashes: an endpoint lies, is on a fork, or what was settled has been undone. */
  | Readonly<{ outcome: "disagree"; latest: Block; message: string }>
  | Readonly<{ outcome: "unknown"; message: string }>;

/**
 * The latest and the settled block. With two endpoints each is the lower of the two, and a settled block needs both to
 * answer with the same hash. While one of them does not answer at all, the other one's must be deeper (`settledAlone`).
 */
export async function readHeads(client: ChainClient, policy: SettledPolicy): Promise<Heads> {
  const heads = await Promise.all(client.endpoints.map((endpoint) => readBlock(endpoint, "latest")));
  const latest = lowest(heads);
  if (!latest.block) return { outcome: "unknown", message: latest.failures };
  const answering = client.endpoints.filter((_, index) => "number" in (heads[index] ?? {}));

  const unsettled = { outcome: "done", latest: latest.block, settled: null } as const;
  const asked = latest.failures ? settledAlone(policy) : policy;
  if (asked === null) return { ...unsettled, message: latest.failures };
  const at = "settledTag" in asked ? asked.settledTag : latest.block.number - BigInt(asked.settledDepth);
  const candidates = await Promise.all(answering.map((endpoint) => readBlock(endpoint, at)));
  const candidate = lowest(candidates);
  if (!candidate.block || candidate.failures) return { ...unsettled, message: candidate.failures };

  const settled = candidate.block;
  // Who gave a block of that height as its own has said its hash already.
  const opinions = await Promise.all(
    answering.map((endpoint, index) => {
      const own = candidates[index];
      return own && "number" in own && own.number === settled.number ? own : readBlock(endpoint, settled.number);
    }),
  );
  const { failures } = lowest(opinions);
  if (failures) return { ...unsettled, message: failures };
  const hashes = new Set([settled, ...opinions].map((opinion) => ("hash" in opinion ? opinion.hash : "")));
  if (hashes.size > 1) {
    const message = `El bloque ${settled.number} tiene dos hashes / Block ${settled.number} has two hashes: ${[...hashes].join(", ")}`;
    return { outcome: "disagree", latest: latest.block, message };
  }
  const alone = latest.failures ? { message: latest.failures } : {};
  // Where an endpoint is slow, blocks come between the two questions: its chain is at least as high as what it settles.
  const highest = settled.number > latest.block.number ? settled : latest.block;
  return { outcome: "done", latest: highest, settled, ...alone };
}

type Reading = Block | Readonly<{ failure: string }>;

async function readBlock(endpoint: PublicClient, at: "latest" | "safe" | "finalized" | bigint): Promise<Reading> {
  if (typeof at === "bigint" && at < 0n) return { failure: "the chain is shorter than the settled depth" };
  try {
    const { number, hash, timestamp } = await endpoint.getBlock(
      typeof at === "bigint" ? { blockNumber: at } : { blockTag: at },
    );
    return { number, hash, timestampUnixS: Number(timestamp) };
  } catch (error) {
    return { failure: `block ${at}: ${describeFailure(error)}` };
  }
}

function lowest(readings: readonly Reading[]): { block: Block | null; failures: string } {
  let block: Block | null = null;
  const failures: string[] = [];
  for (const reading of readings) {
    if ("failure" in reading) failures.push(reading.failure);
    else if (!block || reading.number < block.number) block = reading;
  }
  return { block, failures: failures.join("; ") };
}
