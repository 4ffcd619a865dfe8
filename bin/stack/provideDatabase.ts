import pg from "pg";
import { createDatabase } from "./createDatabase.ts";
import type { StateFolder } from "./openStateFolder.ts";
import type { StackPlan } from "./planStack.ts";
import type { ProvidedChain } from "./provideChain.ts";
import { StackError } from "./StackError.ts";
import { startPostgres } from "./startPostgres.ts";
import type { Supervisor } from "./supervise.ts";

export interface ProvidedDatabase {
  /** Of a server of ours; undefined for one that was configured. */
  dataDir: string | undefined;
  /**
   * The url of the database that belongs to `chain`. A new chain needs an empty one: Ponder's cache and our payments
   * would speak of events that never happened on it (DESIGN 3).
   * @throws {StackError} when the chain is new and another was indexed in the configured database
   */
  urlFor(chain: ProvidedChain): Promise<string>;
}

/**
 * The database server: the one configured, or a Postgres of ours.
 * @throws {StackError} when the configured one does not answer, or ours does not come up
 */
export async function provideDatabase(
  supervisor: Supervisor,
  plan: StackPlan,
  where: { checkout: string; state: StateFolder },
): Promise<ProvidedDatabase> {
  if (plan.database.kind === "configured") {
    const { url } = plan.database;
    const wasIndexed = await hasPonderCache(url);
    const urlFor = async (chain: ProvidedChain) => {
      if (chain.isNew && wasIndexed) throw ofAnotherChain();
      return url;
    };
    return { dataDir: undefined, urlFor };
  }
  const server = await startPostgres(supervisor, { checkout: where.checkout, dataDir: where.state.postgresData });
  return { dataDir: server.dataDir, urlFor: (chain) => createDatabase(server.url, `kustodia_${chain.id}`) };
}

async function hasPonderCache(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const found = await client.query("select from information_schema.schemata where schema_name = 'ponder_sync'");
    return found.rowCount !== 0;
  } catch (cause) {
    throw new StackError(
      {
        es: "La base de datos configurada no contesta o no deja entrar: revise DATABASE_URL (o POSTGRES_*), o quítela para usar la incluida.",
        en: "The configured database does not answer or lets nobody in: check DATABASE_URL (or POSTGRES_*), or remove it to use the embedded one.",
      },
      { cause },
    );
  } finally {
    await client.end();
  }
}

function ofAnotherChain(): StackError {
  return new StackError({
    es: "La base de datos configurada guarda los eventos de otra cadena local: use una base vacía, o vacíe esa.",
    en: "The configured database holds the events of another local chain: use an empty one, or empty that one.",
  });
}
