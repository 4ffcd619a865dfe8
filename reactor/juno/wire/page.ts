import { z } from "zod";
import { count } from "./fields.ts";

/** One page of a list. `total` counts the whole list, where the bank says it. */
export type Page = { last: boolean; total?: number; items: unknown[] };

/** mint_platform lists are Spring pages, counted from 0. */
export const springPage: z.ZodType<Page> = z
  .object({ content: z.array(z.unknown()), last: z.boolean(), total_elements: count })
  .transform((page) => ({ last: page.last, total: page.total_elements, items: page.content }));

/** spei lists are counted from 1. Only `response` is sure; without totals the list ends at an empty page. */
export const speiPage: z.ZodType<Page> = z
  .object({
    response: z.array(z.unknown()),
    current_page: count.nullish(),
    total_pages: count.nullish(),
    total_items: count.nullish(),
  })
  .transform(({ response, current_page, total_pages, total_items }) => ({
    ...(total_items == null ? {} : { total: total_items }),
    last: current_page != null && total_pages != null ? current_page >= total_pages : response.length === 0,
    items: response,
  }));
