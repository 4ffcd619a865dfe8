import { expect, test } from "vitest";
import type { Finding, Source } from "../../tripwire/finding.ts";
import { watch } from "../../tripwire/watch.ts";

const found = (key: string): Finding => ({ key, why: `se vio ${key}` });

/**
 * Watches a source that shows these looks, one after the other, and nothing more. The looks are values here: what is tried is
 * what the watch makes of them; the real bank and the real chain are in tripwire.test.ts.
 */
async function watchLooks(looks: readonly (readonly Finding[] | Error)[], refuseFirst = false) {
  const stopping = new AbortController();
  const pulled: string[] = [];
  const said: string[] = [];
  let whole = 0;
  const left = [...looks];
  const source: Source = {
    name: "el banco",
    look: async () => {
      const next = left.shift() ?? [];
      if (left.length === 0) stopping.abort();
      if (next instanceof Error) throw next;
      return next;
    },
  };
  let refusals = refuseFirst ? 1 : 0;
  const pull = async ({ key }: Finding) => {
    if (refusals-- > 0) throw new Error("sin base de datos");
    pulled.push(key);
  };
  const say = (line: string) => said.push(line);
  const seen = async () => {
    whole++;
  };
  await watch({ sources: [source], pull, say, seen, lookEveryMs: 1, signal: stopping.signal });
  return { pulled, said, whole };
}

test("what two looks show pulls once, and what one look shows does not", async () => {
  const one = [found("a")];
  expect((await watchLooks([[found("b"), ...one], one, one, one])).pulled).toEqual(["a"]);
});

test("what is gone in between was not seen twice", async () => {
  expect((await watchLooks([[found("a")], [], [found("a")]])).pulled).toEqual([]);
});

test("a source that cannot be seen is told once, judged never, and told when it is seen again", async () => {
  const down = new Error("no contesta");
  expect(await watchLooks([[found("a")], down, down, [found("a")], []])).toEqual({
    pulled: ["a"],
    said: ["❌ No se vigila el banco: no contesta", "⛔ se vio a", "👁️  Otra vez se ve: el banco"],
    // What a health check is told of.
    whole: 3,
  });
});

test("a pull that Postgres did not take is tried again", async () => {
  const one = [found("a")];
  expect((await watchLooks([one, one, one], true)).pulled).toEqual(["a"]);
});
