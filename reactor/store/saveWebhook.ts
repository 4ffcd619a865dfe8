import { sql } from "drizzle-orm";
import { codeOf } from "./codeOf.ts";
import type { Queryable } from "./database.ts";
import { webhookDelivery } from "./schema/index.ts";

/** Postgres' codes for text that is not JSON, or not JSON that it can keep: a NUL, half a character, nesting without end. */
const NOT_STORABLE = /^(22|54)/;

/**
 * Keeps a webhook as it came, before it is answered. The text is not parsed here: its numbers keep all their digits.
 * @returns false when it is not JSON; then nothing was stored.
 */
export async function saveWebhook(db: Queryable, json: string): Promise<boolean> {
  try {
    await db.insert(webhookDelivery).values({ body: sql`${json}::jsonb` });
    return true;
  } catch (error) {
    if (NOT_STORABLE.test(codeOf(error))) return false;
    throw error;
  }
}
