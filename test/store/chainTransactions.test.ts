import { eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import {
  type ChainTransactionRow,
  ensureSigner,
  inFlight,
  lastApproval,
  type NewCall,
  openTransactions,
  reserveBump,
  reserveNonce,
  saveIncluded,
  saveReceipts,
  saveSent,
  saveSignatures,
} from "../../reactor/store/chainTransactions.ts";
import { chainTransaction } from "../../reactor/store/schema/index.ts";
import { freshStore } from "./freshStore.ts";

const store = await freshStore();
const { db } = store;
afterAll(() => store.close());

const call: NewCall = {
  legId: null,
  action: "approve",
  generation: 0,
  to: "0xe5c0",
  data: "0x",
  gas: 21_000n,
  maxFeePerGas: 100n,
  maxPriorityFeePerGas: 1n,
};
let signers = 0;
/** A signing address whose next nonce on the chain is 5. */
async function freshSigner(): Promise<string> {
  signers += 1;
  const address = `0xs${signers}`;
  await ensureSigner(db, address, 5);
  return address;
}
const read = async (id: number) => (await db.select().from(chainTransaction).where(eq(chainTransaction.id, id)))[0];
const signed = async (row: ChainTransactionRow) => {
  await saveSignatures(db, [{ id: row.id, raw: `0xraw${row.id}`, hash: `0xhash${row.id}` }]);
  return row;
};

describe("a nonce", () => {
  test("begins where the chain is, and from then on is ours alone", async () => {
    const address = await freshSigner();
    expect(await ensureSigner(db, address, 9)).toBe(5);
    expect((await reserveNonce(db, address, call)).nonce).toBe(5);
    expect(await ensureSigner(db, address, 0)).toBe(6);
  });

  test("is consecutive over reactors that reserve at once, without a gap and without a double", async () => {
    const address = await freshSigner();
    const rows = await Promise.all(
      Array.from({ length: 40 }, () => db.transaction((tx) => reserveNonce(tx, address, call))),
    );
    expect(rows.map((row) => row.nonce).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, index) => 5 + index),
    );
  });

  test("is given back by a transaction that fails, so that no gap stops the lane", async () => {
    const address = await freshSigner();
    const failing = db.transaction(async (tx) => {
      await reserveNonce(tx, address, call);
      throw new Error("the intent was not stored");
    });
    await expect(failing).rejects.toThrow();
    expect((await reserveNonce(db, address, call)).nonce).toBe(5);
  });

  test("needs an open lane", async () => {
    await expect(reserveNonce(db, "0xnobody", call)).rejects.toThrow(/the lane was not opened/);
  });
});

test("bytes once signed are the bytes: signing again stores nothing, and only signed ones are sent", async () => {
  const row = await reserveNonce(db, await freshSigner(), call);
  await saveSent(db, [row.id]);
  expect(await read(row.id)).toMatchObject({ state: "reserved", raw: null });
  await signed(row);
  await saveSignatures(db, [{ id: row.id, raw: "0xother", hash: "0xother" }]);
  await saveSent(db, [row.id]);
  expect(await read(row.id)).toMatchObject({ state: "sent", raw: `0xraw${row.id}`, hash: `0xhash${row.id}` });
});

test("open transactions are in nonce order, the cheaper price of a nonce first, and bumps are not counted twice", async () => {
  const address = await freshSigner();
  const [first, second] = [await reserveNonce(db, address, call), await reserveNonce(db, address, call)];
  await reserveBump(db, first, { maxFeePerGas: 120n, maxPriorityFeePerGas: 2n });
  await reserveBump(db, first, { maxFeePerGas: 120n, maxPriorityFeePerGas: 2n });
  const open = await openTransactions(db, address);
  expect(open.map((row) => [row.nonce, row.maxFeePerGas])).toEqual([
    [first.nonce, 100n],
    [first.nonce, 120n],
    [second.nonce, 100n],
  ]);
  expect(await inFlight(db, address)).toBe(2);
});

test.each(["mined", "reverted"] as const)(
  "a settled receipt (%s) closes the nonce: the other prices were replaced",
  async (status) => {
    const address = await freshSigner();
    const cheap = await signed(await reserveNonce(db, address, call));
    const later = await reserveNonce(db, address, call);
    await reserveBump(db, cheap, { maxFeePerGas: 120n, maxPriorityFeePerGas: 2n });
    const bump = (await openTransactions(db, address)).find((row) => row.maxFeePerGas === 120n) ?? cheap;
    await saveIncluded(db, [{ id: bump.id, block: 7n }]);
    expect(await inFlight(db, address)).toBe(2);
    await saveReceipts(db, [{ row: bump, status }]);
    expect([(await read(bump.id))?.state, (await read(cheap.id))?.state, (await read(later.id))?.state]).toEqual([
      status,
      "replaced",
      "reserved",
    ]);
  },
);

test("a transaction that fell out of its block is on its way again", async () => {
  const row = await signed(await reserveNonce(db, await freshSigner(), call));
  await saveIncluded(db, [{ id: row.id, block: 7n }]);
  await saveSent(db, [row.id]);
  expect(await read(row.id)).toMatchObject({ state: "sent", includedInBlock: null });
});

test("the standing allowance's newest approval is found; without one there is none", async () => {
  const address = await freshSigner();
  expect(await lastApproval(db, address)).toBeNull();
  await reserveNonce(db, address, call);
  const newest = await reserveNonce(db, address, call);
  await reserveNonce(db, address, { ...call, action: "release" });
  expect(await lastApproval(db, address)).toMatchObject({ id: newest.id });
});
