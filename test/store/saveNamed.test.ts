import { sql } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import { availableCentavos } from "../../reactor/store/saveBankReading.ts";
import { saveNamed } from "../../reactor/store/saveNamed.ts";
import { freshStore } from "./freshStore.ts";
import { issuance } from "./readings.ts";

const store = await freshStore();
const { db } = store;
afterAll(() => store.close());

test("what the bank showed of one transaction is stored without waiting for the disk", async () => {
  await db.transaction(async (tx) => {
    const named = { account: FIRST_ACCOUNT, startedAtMs: Date.now(), availableBaseUnits: 15_000_000n };
    await saveNamed(tx as unknown as typeof db, { ...named, transactions: [issuance("i-named")] });
    expect((await tx.execute(sql`show synchronous_commit`)).rows).toEqual([{ synchronous_commit: "off" }]);
  });
  expect(await availableCentavos(db, FIRST_ACCOUNT)).toBe(1_500n);
});
