import { randomUUID } from "node:crypto";
import { asc, eq } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Leg } from "../../reactor/payments/leg.ts";
import { closeAttempt, openAttempt } from "../../reactor/store/attempts.ts";
import { readIndexedHead, readIndexedLogs } from "../../reactor/store/chainEvents.ts";
import { ensureSigner, reserveNonce, saveSignatures } from "../../reactor/store/chainTransactions.ts";
import { inbox, leg } from "../../reactor/store/schema/index.ts";
import { takeChainEvents } from "../../reactor/store/takeChainEvents.ts";
import { createChainView, ESCROW, FACTS_CONTEXT, forget, log, setIndexedHead, show, TOKEN } from "./chainView.ts";
import { freshStore, putLeg, readLegRow, storePayment } from "./freshStore.ts";
import { issuance, read } from "./readings.ts";

const store = await freshStore();
const { db, pool } = store;
afterAll(() => store.close());

test("before the indexer has shown anything there is no head", async () => {
  expect(await readIndexedHead(db, FACTS_CONTEXT)).toBeNull();
});

describe("with the index's views", () => {
  beforeEach(async () => {
    await pool.query("drop schema if exists chain cascade; truncate kustodia.inbox");
    await createChainView(pool);
    await ensureSigner(db, "0xbridge", 0);
  });

  const keys = async () => (await db.select().from(inbox).orderBy(asc(inbox.key))).map((row) => row.key);
  const funded = log("EscrowFunded", "0xa1", { escrowId: 7 });
  const transfer = log("Transfer", "0xa1", { contract: TOKEN, logIndex: 1 });

  test("each log is taken once, however often and by how many it is asked for", async () => {
    await show(pool, funded, transfer);
    const intakes = await Promise.all(Array.from({ length: 6 }, () => takeChainEvents(db, FACTS_CONTEXT, 0n)));
    expect(intakes.reduce((sum, one) => sum + one.taken, 0)).toBe(2);
    expect(await takeChainEvents(db, FACTS_CONTEXT, 0n)).toEqual({ taken: 0, woken: 0 });
    expect(await keys()).toEqual([`31337:${TOKEN}:0xa1:Transfer:1`, `31337:${ESCROW}:0xa1:EscrowFunded:1`].sort());
  });

  test("a log that comes back in another block, at another place in it, is the one already taken", async () => {
    await show(pool, funded, transfer);
    await takeChainEvents(db, FACTS_CONTEXT, 0n);
    const before = await keys();
    await forget(pool, "0xa1");
    expect(await takeChainEvents(db, FACTS_CONTEXT, 0n)).toEqual({ taken: 0, woken: 0 });
    const again = { blockNumber: 93, blockHash: "0xb93" };
    await show(pool, { ...funded, ...again, logIndex: 8 }, { ...transfer, ...again, logIndex: 9 });
    expect(await takeChainEvents(db, FACTS_CONTEXT, 0n)).toEqual({ taken: 0, woken: 0 });
    expect(await keys()).toEqual(before);
    const [seen] = await readIndexedLogs(db, FACTS_CONTEXT, { txHashes: ["0xa1"], escrowIds: [] });
    expect(seen).toMatchObject({ blockNumber: 93n, blockHash: "0xb93" });
  });

  test("two logs of one kind in one transaction are two, in the chain's order", async () => {
    const amounts = [5n, 2n ** 255n];
    await show(
      pool,
      ...amounts.map((amountBaseUnits, index) => ({ ...transfer, logIndex: index * 3, amountBaseUnits })),
    );
    expect((await takeChainEvents(db, FACTS_CONTEXT, 0n)).taken).toBe(2);
    const logs = await readIndexedLogs(db, FACTS_CONTEXT, { txHashes: ["0xa1"], escrowIds: [] });
    const byKey = new Map(logs.map((one) => [one.key, one.amountBaseUnits]));
    expect([byKey.get(`31337:${TOKEN}:0xa1:Transfer:1`), byKey.get(`31337:${TOKEN}:0xa1:Transfer:2`)]).toEqual(amounts);
  });

  test("only the blocks of the window are looked at", async () => {
    await show(pool, funded, log("EscrowFunded", "0xa2", { blockNumber: 91 }));
    expect((await takeChainEvents(db, FACTS_CONTEXT, 91n)).taken).toBe(1);
    expect((await takeChainEvents(db, FACTS_CONTEXT, 90n)).taken).toBe(1);
  });

  test("an escrow's logs bring the rest of their transactions with them", async () => {
    await show(pool, funded, transfer, log("Transfer", "0xff", { contract: TOKEN }));
    const logs = await readIndexedLogs(db, FACTS_CONTEXT, { txHashes: [], escrowIds: ["7"] });
    expect(logs.map((one) => one.kind).sort()).toEqual(["EscrowFunded", "Transfer"]);
    expect(await readIndexedLogs(db, FACTS_CONTEXT, { txHashes: [], escrowIds: [] })).toEqual([]);
  });

  test("the head is the indexer's newest block and its time; another chain's is not it", async () => {
    await setIndexedHead(pool, 1_234, 1_772_539_200);
    expect(await readIndexedHead(db, FACTS_CONTEXT)).toEqual({ number: 1_234n, timestampUnixS: 1_772_539_200 });
    expect(await readIndexedHead(db, { ...FACTS_CONTEXT, chainId: 1 })).toBeNull();
  });

  test("an index that was there and is gone has no head, and nothing else passes for that", async () => {
    await setIndexedHead(pool, 1_234, 1_772_539_200);
    expect(await readIndexedHead(db, FACTS_CONTEXT)).not.toBeNull();
    await pool.query("alter table chain._ponder_checkpoint rename latest_checkpoint to renamed");
    await expect(readIndexedHead(db, FACTS_CONTEXT)).rejects.toMatchObject({ cause: { code: "42703" } });
    await pool.query("drop schema chain cascade");
    expect(await readIndexedHead(db, FACTS_CONTEXT)).toBeNull();
  });

  describe("a new log wakes", () => {
    async function sleeping(state: string): Promise<Leg> {
      const asleep = await putLeg(db, await storePayment(db), "custody", state);
      await db.update(leg).set({ dueAtMs: null }).where(eq(leg.id, asleep.id));
      return asleep;
    }
    const isAwake = async (one: Leg) => (await readLegRow(db, one.paymentId, "custody")).dueAtMs !== null;

    test("the leg whose own transaction made it, once", async () => {
      const [mine, other] = [await sleeping("bridged"), await sleeping("bridged")];
      const fees = { gas: 1n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
      const call = { legId: mine.id, action: "createEscrow" as const, generation: 0, to: ESCROW, data: "0x", ...fees };
      const { id } = await reserveNonce(db, "0xbridge", call);
      await saveSignatures(db, [{ id, raw: "0xraw", hash: "0xmine" }]);
      await show(pool, log("EscrowCreated", "0xmine", { escrowId: 701 }));
      expect(await takeChainEvents(db, FACTS_CONTEXT, 0n)).toEqual({ taken: 1, woken: 1 });
      expect([await isAwake(mine), await isAwake(other)]).toEqual([true, false]);
      expect(await takeChainEvents(db, FACTS_CONTEXT, 0n)).toEqual({ taken: 0, woken: 0 });
    });

    test("the leg of its escrow, whoever sent the transaction", async () => {
      const mine = await sleeping("active");
      await db
        .update(leg)
        .set({ carried: { escrowId: "702" } })
        .where(eq(leg.id, mine.id));
      await show(pool, log("EscrowReleased", "0xbyhand", { escrowId: 702 }));
      expect(await takeChainEvents(db, FACTS_CONTEXT, 0n)).toEqual({ taken: 1, woken: 1 });
      expect(await isAwake(mine)).toBe(true);
    });

    test("the leg whose withdrawal the bank names for it", async () => {
      const mine = await sleeping("withdrawing");
      const { id } = await openAttempt(db, mine, "withdraw", randomUUID(), "numbered", Date.now());
      const accepted = { outcome: "done", outsideId: "w-703", when: null, reason: null, evidence: null } as const;
      await closeAttempt(db, id, accepted);
      await read(db, { transactions: [issuance("w-703", { type: "CRYPTO_WITHDRAWAL", txHash: "0xbank" })] });
      await db.update(leg).set({ dueAtMs: null }).where(eq(leg.id, mine.id));
      await show(pool, log("Transfer", "0xbank", { contract: TOKEN }));
      expect(await takeChainEvents(db, FACTS_CONTEXT, 0n)).toEqual({ taken: 1, woken: 1 });
      expect(await isAwake(mine)).toBe(true);
    });

    test("nobody, when it is nobody's", async () => {
      await show(pool, log("EscrowReleased", "0xelse", { escrowId: 704 }));
      expect(await takeChainEvents(db, FACTS_CONTEXT, 0n)).toEqual({ taken: 1, woken: 0 });
    });
  });
});
