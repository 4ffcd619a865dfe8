import { isNull } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { killSwitch } from "./schema/index.ts";

/** Stops all outgoing money, of every reactor, until a person lifts it. @returns false if it was already pulled. */
export async function pullKillSwitch(tx: Queryable, why: string, pulledBy: string): Promise<boolean> {
  if (await isKilled(tx)) return false;
  await tx.insert(killSwitch).values({ why, pulledBy });
  return true;
}

export async function isKilled(tx: Queryable): Promise<boolean> {
  const open = await tx.select({ id: killSwitch.id }).from(killSwitch).where(isNull(killSwitch.liftedAtMs)).limit(1);
  return open.length > 0;
}
