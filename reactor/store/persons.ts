import { eq, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { person } from "./schema/index.ts";

export type Person = typeof person.$inferSelect;

/** A name as it is kept: one form for the letters that look alike, single spaces. Case tells no two persons apart. */
const tidyName = (name: string) => name.normalize("NFKC").replace(/\s+/g, " ").trim();

/**
 * The person or service of a name, made if nobody has it yet.
 * @returns null when the name is taken by the other kind.
 */
export async function adoptPerson(tx: Queryable, name: string, kind: Person["kind"]): Promise<Person | null> {
  await tx
    .insert(person)
    .values({ name: tidyName(name), kind })
    .onConflictDoNothing();
  const known = await findPerson(tx, name);
  return known?.kind === kind ? known : null;
}

export async function findPerson(db: Queryable, name: string): Promise<Person | null> {
  const [known] = await db
    .select()
    .from(person)
    .where(eq(sql`lower(${person.name})`, sql`lower(${tidyName(name)})`));
  return known ?? null;
}
