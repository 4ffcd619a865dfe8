import { DrizzleQueryError } from "drizzle-orm";

/**
 * What an error says, for events and for people. Of a failed query only Postgres' own words: drizzle's message repeats the
 * values it was sent with, and those may be a person's name or CLABE.
 */
export function messageOf(error: unknown): string {
  if (error instanceof DrizzleQueryError) return messageOf(error.cause);
  return error instanceof Error ? error.message : "Error desconocido";
}
