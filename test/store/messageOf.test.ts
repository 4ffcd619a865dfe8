import { sql } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { messageOf } from "../../reactor/store/messageOf.ts";
import { freshStore } from "./freshStore.ts";

const { db, close } = await freshStore();
afterAll(close);

test("of a query that failed, Postgres' words are told and the values it was sent with are not", async () => {
  const name = "Ana García";
  const failed = await db.execute(sql`select ${name}::text from kustodia.nowhere`).catch((error: unknown) => error);
  expect(String(failed)).toContain(name);
  expect(messageOf(failed)).toBe('relation "kustodia.nowhere" does not exist');
});

test.each([
  [new Error("No facts were loaded."), "No facts were loaded."],
  ["a string", "Error desconocido"],
])("any other error says what it says: %s", (error, said) => {
  expect(messageOf(error)).toBe(said);
});
