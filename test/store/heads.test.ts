import { afterAll, expect, test } from "vitest";
import { type NewHeads, readHead, saveHeads } from "../../reactor/store/heads.ts";
import { freshStore } from "./freshStore.ts";

const store = await freshStore();
afterAll(() => store.close());
const NOW_MS = Date.now();
const heads = (number: bigint, changes: Partial<NewHeads> = {}): NewHeads => ({
  chainId: 31_337,
  latestNumber: number + 10n,
  settled: { number, hash: `0xb${number}` },
  settledLargeNumber: number - 5n,
  complaint: null,
  readAtMs: NOW_MS,
  ...changes,
});

test("no head is known before the first reading", async () => {
  expect(await readHead(store.db, 31_337)).toBeNull();
});

test("the settled heads only move forward; the latest is what was last read", async () => {
  await saveHeads(store.db, heads(100n));
  await saveHeads(store.db, heads(90n));
  expect(await readHead(store.db, 31_337)).toMatchObject({
    latestNumber: 100n,
    settledNumber: 100n,
    settledHash: "0xb100",
    settledLargeNumber: 95n,
  });
  await saveHeads(store.db, heads(101n));
  expect(await readHead(store.db, 31_337)).toMatchObject({ settledNumber: 101n, settledHash: "0xb101" });
});

test("a chain that tells no settled head takes none back, and its complaint is kept until it does", async () => {
  const silent = { settled: null, settledLargeNumber: null, complaint: "no safe block", readAtMs: NOW_MS + 1 };
  await saveHeads(store.db, heads(102n, silent));
  expect(await readHead(store.db, 31_337)).toMatchObject({
    settledNumber: 101n,
    settledHash: "0xb101",
    complaint: "no safe block",
    readAtMs: NOW_MS + 1,
  });
  await saveHeads(store.db, heads(102n));
  expect(await readHead(store.db, 31_337)).toMatchObject({ settledNumber: 102n, complaint: null });
});
