import type { Queryable } from "./database.ts";

/**
 * A statement of drizzle's that is built once for each database and then only given its values: to build one takes longer than to send
 * it. Not for a transaction, which is another one each time. End it with `.prepare("")`: its name for Postgres comes from
 * `prepareRepeated`, and through a pooler it has none.
 */
export function builtOnce<Statement>(build: (db: Queryable) => Statement): (db: Queryable) => Statement {
  const built = new WeakMap<Queryable, Statement>();
  return (db) => {
    const statement = built.get(db) ?? build(db);
    built.set(db, statement);
    return statement;
  };
}
