import { z } from "zod";
import { MINT_PAGE_SIZE } from "../guesses.ts";

const natural = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number);

/** `page` and `size` of /mint_platform lists: a Spring page, counted from 0. */
export const springPaging = z.object({
  page: natural.default(0),
  size: natural
    .pipe(z.number().min(1))
    .transform((size) => Math.min(size, MINT_PAGE_SIZE.max))
    .default(MINT_PAGE_SIZE.default),
});

/** One page of a list that is already in its order, in the shape Spring gives it. */
export function springPage<T>(
  all: readonly T[],
  { page, size }: z.output<typeof springPaging>,
): Record<string, unknown> {
  const content = all.slice(page * size, (page + 1) * size);
  const sort = { sorted: true, unsorted: false, empty: false };
  const totalPages = Math.ceil(all.length / size);
  return {
    content,
    pageable: { page_number: page, page_size: size, sort, offset: page * size, paged: true, unpaged: false },
    last: page + 1 >= totalPages,
    first: page === 0,
    total_pages: totalPages,
    total_elements: all.length,
    size,
    number: page,
    sort,
    number_of_elements: content.length,
    empty: content.length === 0,
  };
}

/** `page` and `page_size` of /spei lists: counted from 1, 25 unless asked, 100 at most (documented for deposits). */
export const speiPaging = z.object({
  page: natural.pipe(z.number().min(1)).default(1),
  page_size: natural.pipe(z.number().min(1).max(100)).default(25),
});

/** One page of a list that is already in its order, in the shape of the /spei endpoints. */
export function speiPage<T>(
  all: readonly T[],
  { page, page_size }: z.output<typeof speiPaging>,
): Record<string, unknown> {
  return {
    total_items: all.length,
    total_pages: Math.ceil(all.length / page_size),
    current_page: page,
    page_size,
    response: all.slice((page - 1) * page_size, page * page_size),
  };
}
