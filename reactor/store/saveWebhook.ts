import type { Queryable } from "./database.ts";
import { webhookDelivery } from "./schema/index.ts";

/** Keeps a webhook as it came, before it is answered. */
export async function saveWebhook(db: Queryable, body: unknown): Promise<void> {
  await db.insert(webhookDelivery).values({ body });
}
