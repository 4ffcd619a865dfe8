import { z } from "@hono/zod-openapi";
import { digits, line } from "./fields.ts";

/** The longest page of a list, and the usual one. */
export const LONGEST_PAGE = 100;

const limit = digits(1, LONGEST_PAGE).optional();
const LONGEST_CURSOR = 300;

/** What a list by number takes: its newest first, from below the last page's `next_before` on. */
export const newestFirst = (largest: number) => ({
  limit,
  before: digits(1, largest).optional().openapi({ description: "The last page's next_before" }),
});

/** The same of a list whose rows have names and no numbers. */
export const newestFirstByName = {
  limit,
  before: line(LONGEST_CURSOR).optional().openapi({ description: "The last page's next_before" }),
};

/** Oldest first, from above the last page's `next_after` on. */
export const oldestFirstByName = {
  limit,
  after: line(LONGEST_CURSOR).optional().openapi({ description: "The last page's next_after" }),
};

export const nextNumber = z.int().nullable();
export const nextName = z.string().nullable();

/** Where the next page begins: at the last row of a full one; null after the last page. */
export function nextOf<Row, Cursor>(rows: readonly Row[], limit: number, of: (row: Row) => Cursor): Cursor | null {
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return last === undefined ? null : of(last);
}
