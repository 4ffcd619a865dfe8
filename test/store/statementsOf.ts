import type { Database } from "../../reactor/store/database.ts";

type Tx = Parameters<Parameters<Database["transaction"]>[0]>[0];
type Client = { query: (...all: unknown[]) => unknown };

/** The texts of what is asked in a transaction, in the order in which it leaves. */
export async function statementsOf(db: Database, work: (tx: Tx) => Promise<unknown>): Promise<readonly string[]> {
  const asked: string[] = [];
  await db.transaction(async (tx) => {
    const { client } = (tx as unknown as { session: { client: Client } }).session;
    const { query } = client;
    client.query = (...all) => {
      asked.push(String((all[0] as { text: string }).text).trim());
      return query.apply(client, all);
    };
    await work(tx);
    client.query = query;
  });
  return asked;
}
