import type { z } from "zod";
import { readAs, unknown } from "./classify.ts";
import type { JunoClient } from "./client.ts";
import type { BankEvidence, BankReply } from "./reply.ts";
import { get } from "./request.ts";
import type { Page } from "./wire/page.ts";

/** A million items: eight days of 30,000 payments a day. A longer list than that is not the window that was asked for. */
const MOST_PAGES = 10_000;
/** How many more pages than promised may come up while a list is read, since new items push the others on. */
const MORE_PAGES = 100;

export type List<Item> = {
  page: z.ZodType<Page>;
  /** Spring counts from 0, spei from 1. */
  firstPage: 0 | 1;
  path: (page: number) => string;
  item: z.ZodType<Item>;
  idOf: (item: Item) => string;
  isEnough?: IsEnough<Item>;
};

/**
 * Asked after each page that is not the last: whether what is read tells all that was wanted.
 * @param page its items. @param read all items so far, in the bank's order. @param total how many the bank counts, where it says it.
 */
export type IsEnough<Item> = (
  page: readonly Item[],
  read: readonly Item[],
  total: number | undefined,
) => boolean | Promise<boolean>;

/**
 * Reads a whole list, or as much as is enough. `done` only if the reading is complete: every page was read and showed something new,
 * every item was understood and as many different items were seen as the first page promised (an item that moves between pages while
 * they are read would be missed otherwise). The evidence's `sentAtMs` is the start: what happened later may be absent.
 */
export async function everyPage<Item>(client: JunoClient, list: List<Item>): Promise<BankReply<Item[]>> {
  const items = new Map<string, Item>();
  let promised: number | undefined;
  let mostPages: number | undefined;
  let started: BankEvidence | undefined;
  for (let read = 0; ; read++) {
    const number = list.firstPage + read;
    const reply = await get(client, list.path(number), list.page);
    if (reply.outcome !== "done") return reply;
    const page = reply.value;
    started ??= reply.evidence;
    promised ??= page.total;
    mostPages ??= mostPagesOf(page);
    const evidence: BankEvidence = { ...reply.evidence, sentAtMs: started.sentAtMs };
    // Said at once: hours of calls would only end in the same.
    if (mostPages > MOST_PAGES) {
      return unknown("malformed", `The bank's list of ${promised} items is longer than ${MOST_PAGES} pages.`, evidence);
    }
    const before = items.size;
    const ofPage: Item[] = [];
    for (const raw of page.items) {
      const item = readAs(client, { outcome: "done", value: raw, evidence }, list.item);
      if (item.outcome !== "done") return item;
      ofPage.push(item.value);
      items.set(list.idOf(item.value), item.value);
    }
    if (page.last) {
      if (items.size >= (promised ?? 0)) return { outcome: "done", value: [...items.values()], evidence };
      return unknown("malformed", `The bank's list promised ${promised} items and showed ${items.size}.`, evidence);
    }
    if (await list.isEnough?.(ofPage, [...items.values()], promised))
      return { outcome: "done", value: [...items.values()], evidence };
    if (read + 1 === mostPages) {
      const long = promised === undefined ? "" : ` promised ${promised} items and`;
      return unknown("malformed", `The bank's list${long} goes on after ${mostPages} pages.`, evidence);
    }
    if (items.size === before)
      return unknown("malformed", `The bank's list does not advance at page ${number}.`, evidence);
  }
}

/** Of the first page: after how many a list that still goes on is given up. */
function mostPagesOf({ total, items }: Page): number {
  if (total === undefined) return MOST_PAGES;
  const promised = Math.ceil(total / Math.max(1, items.length));
  return promised > MOST_PAGES ? promised : Math.min(MOST_PAGES, promised + MORE_PAGES);
}
