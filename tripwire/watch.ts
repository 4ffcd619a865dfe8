import { setTimeout as sleep } from "node:timers/promises";
import type { Finding, Source } from "./finding.ts";

export type Watch = Readonly<{
  sources: readonly Source[];
  pull: (finding: Finding) => Promise<void>;
  say: (line: string) => void;
  /** Told after each look at which every source was seen. */
  seen: () => Promise<void>;
  lookEveryMs: number;
  signal: AbortSignal;
}>;

/**
 * Looks until it is told to stop. A finding pulls when two looks one after the other show it: a list that was read while it
 * grew may show a debit before its credit. A source that cannot be seen is told, and never judged.
 */
export async function watch({ sources, pull, say, seen, lookEveryMs, signal }: Watch): Promise<void> {
  const lastLook = new Map<string, ReadonlySet<string>>();
  const pulled = new Set<string>();
  const blind = new Map<string, string>();

  const turn = async ({ name, look }: Source) => {
    const findings = await look();
    for (const finding of findings) {
      if (pulled.has(finding.key) || !lastLook.get(name)?.has(finding.key)) continue;
      await pull(finding);
      pulled.add(finding.key);
      say(`⛔ ${finding.why}`);
    }
    lastLook.set(name, new Set(findings.map(({ key }) => key)));
  };

  while (!signal.aborted) {
    for (const source of sources) {
      const trouble = await turn(source).then(() => null, inWords);
      if (trouble === null && blind.delete(source.name)) say(`👁️  Otra vez se ve: ${source.name}`);
      if (trouble === null || blind.get(source.name) === trouble) continue;
      blind.set(source.name, trouble);
      say(`❌ No se vigila ${source.name}: ${trouble}`);
    }
    if (blind.size === 0) await seen();
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

const inWords = (error: unknown) => (error instanceof Error ? error.message : String(error));
