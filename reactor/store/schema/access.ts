import { sql } from "drizzle-orm";
import { check, index, integer, text, uniqueIndex } from "drizzle-orm/pg-core";
import { kustodia, moment } from "./columns.ts";

/** What a key may do. `read` sees no whole CLABE; `approve` confirms what another person planned. */
export const SCOPES = ["read", "operate", "approve", "admin", "audit"] as const;
export type Scope = (typeof SCOPES)[number];

/** Who acts: a person, or a named service. Two keys of one person are still one person. */
export const person = kustodia.table(
  "person",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    name: text("name").notNull(),
    kind: text("kind").$type<"person" | "service">().notNull(),
    createdAtMs: moment("created_at").notNull().default(sql`now()`),
  },
  (table) => [
    uniqueIndex("person_has_one_name").on(sql`lower(${table.name})`),
    check("person_or_service", sql`${table.kind} in ('person', 'service')`),
  ],
);

/** A key of a person's: only the hash of its secret half is kept. Its public half is the id, by which it is found. */
export const apiKey = kustodia.table(
  "api_key",
  {
    id: text("id").primaryKey(),
    personId: integer("person_id")
      .notNull()
      .references(() => person.id),
    /** SHA-256 of the secret, hexadecimal: the secret has 192 random bits, so no slow hash is needed. */
    secretHash: text("secret_hash").notNull(),
    scopes: text("scopes").array().$type<readonly Scope[]>().notNull(),
    createdBy: text("created_by").notNull(),
    createdAtMs: moment("created_at").notNull().default(sql`now()`),
    expiresAtMs: moment("expires_at").notNull(),
    revokedBy: text("revoked_by"),
    revokedAtMs: moment("revoked_at"),
    /** To the minute: not written at each request. */
    lastUsedAtMs: moment("last_used_at"),
  },
  (table) => [
    index("api_key_by_person").on(table.personId),
    check("api_key_hash_is_sha256", sql`${table.secretHash} ~ '^[0-9a-f]{64}$'`),
    check("api_key_may_something", sql`cardinality(${table.scopes}) > 0`),
    check("api_key_revoked_by_somebody", sql`(${table.revokedAtMs} is null) = (${table.revokedBy} is null)`),
  ],
);

/** A person signed in at the pages with a key: it ends with its time, by signing out, or when the key does. */
export const session = kustodia.table(
  "session",
  {
    /** SHA-256 of the cookie, hexadecimal: whoever reads the database cannot sign in with it. */
    tokenHash: text("token_hash").primaryKey(),
    keyId: text("key_id")
      .notNull()
      .references(() => apiKey.id),
    createdAtMs: moment("created_at").notNull().default(sql`now()`),
    expiresAtMs: moment("expires_at").notNull(),
  },
  (table) => [
    index("session_by_expiry").on(table.expiresAtMs),
    check("session_hash_is_sha256", sql`${table.tokenHash} ~ '^[0-9a-f]{64}$'`),
  ],
);
