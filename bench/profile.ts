import { readdirSync, readFileSync } from "node:fs";
import { type Profiler, Session } from "node:inspector/promises";
import { join } from "node:path";

const MOST_SHOWN = 14;
const EVERY_US = 1_000;

/** How a process spends its time: parts of one, most first, by package or by file of ours; `(idle)` waits for others. */
export type Spent = readonly (readonly [where: string, part: number])[];

/** Samples this process from now on. @returns what ends it and adds it up. */
export async function beginProfile(): Promise<() => Promise<Spent>> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: EVERY_US });
  await session.post("Profiler.start");
  return async () => {
    const { profile } = await session.post("Profiler.stop");
    session.disconnect();
    return addUp(profile);
  };
}

/** Node's flags for a process that leaves its profile in this folder when it ends. */
export const profiledInto = (folder: string): readonly string[] => ["--cpu-prof", `--cpu-prof-dir=${folder}`];

/** What the first process that has ended left in the folder of `profiledInto`; their names begin with the time. */
export function readProfile(folder: string): Spent {
  const [name] = readdirSync(folder).toSorted();
  if (name === undefined) throw new Error(`No process has left its profile in ${folder}.`);
  return addUp(JSON.parse(readFileSync(join(folder, name), "utf8")) as Profiler.Profile);
}

/** As it is shown: a line for each part. */
export const linesOf = (spent: Spent): string =>
  spent.map(([where, part]) => `${(part * 100).toFixed(1).padStart(5)} %  ${where}`).join("\n");

function addUp({ nodes, samples = [] }: Profiler.Profile): Spent {
  const frameOf = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const counts = new Map<string, number>();
  for (const sample of samples) {
    const frame = frameOf.get(sample);
    const where = frame ? whereOf(frame) : "(unknown)";
    counts.set(where, (counts.get(where) ?? 0) + 1);
  }
  return [...counts]
    .map(([where, count]) => [where, count / samples.length] as const)
    .sort(([, one], [, other]) => other - one)
    .slice(0, MOST_SHOWN);
}

function whereOf({ url, functionName }: { url: string; functionName: string }): string {
  const [, ofPackage, within = ""] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)/.exec(url) ?? [];
  // Ponder is many things in one package.
  if (ofPackage === "ponder") return `ponder ${within.split("/").slice(-2).join("/")}`;
  if (ofPackage !== undefined) return ofPackage;
  if (url === "") return functionName;
  return url.startsWith("node:") ? url : `${url.split("/").slice(-2).join("/")} ${functionName}`;
}
