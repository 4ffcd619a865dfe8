import { eq } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { webhookRegistration } from "./schema/index.ts";

export async function isWebhookRegistered(db: Queryable, callbackUrl: string): Promise<boolean> {
  const rows = await db.select().from(webhookRegistration).where(eq(webhookRegistration.callbackUrl, callbackUrl));
  return rows.length > 0;
}

export async function saveWebhookRegistration(db: Queryable, callbackUrl: string): Promise<void> {
  await db.insert(webhookRegistration).values({ callbackUrl }).onConflictDoNothing();
}
