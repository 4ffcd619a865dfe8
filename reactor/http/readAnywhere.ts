import type { Context } from "hono";
import type { Database } from "../store/database.ts";
import type { ApiEnv } from "./caller.ts";
import { Problem } from "./Problem.ts";
import type { AppPorts } from "./ports.ts";

/** On an answer from the replica: it shows all that was stored before this moment. An answer without it is the primary's. */
const AS_OF_HEADER = "kustodia-as-of";

/**
 * Reads what decides nothing: from the replica where one is configured and close behind, else from the primary. Who has just
 * changed something and must see it sends `Cache-Control: no-cache` and is answered by the primary. What the replica refuses,
 * or does not know yet, the primary is asked as well, so that a replica that dies or lags fails no request.
 * @throws what `read` throws on the primary.
 */
export async function readAnywhere<T>(
  c: Context<ApiEnv>,
  { db, replica }: Pick<AppPorts, "db" | "replica">,
  read: (from: Database) => Promise<T>,
): Promise<T> {
  const asOfMs = replica?.asOfMs() ?? null;
  const mustBeNew = c.req.header("cache-control")?.includes("no-cache") ?? false;
  if (replica === null || asOfMs === null || mustBeNew) return read(db);
  const answered = await read(replica.db).then(
    (value) => ({ value }),
    (error: unknown) => {
      if (!(error instanceof Problem)) replica.distrust();
      return null;
    },
  );
  if (answered === null) return read(db);
  c.header(AS_OF_HEADER, new Date(asOfMs).toISOString());
  return answered.value;
}
