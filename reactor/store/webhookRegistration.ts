import { and, eq } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { webhookRegistration } from "./schema/index.ts";

export async function isWebhookRegistered(db: Queryable, account: string, callbackUrl: string): Promise<boolean> {
  const rows = await db
    .select()
    .from(webhookRegistration)
    .where(and(eq(webhookRegistration.account, account), eq(webhookRegistration.callbackUrl, callbackUrl)));
  return rows.length > 0;
}

export async function saveWebhookRegistration(db: Queryable, account: string, callbackUrl: string): Promise<void> {
  await db.insert(webhookRegistration).values({ account, callbackUrl }).onConflictDoNothing();
}
