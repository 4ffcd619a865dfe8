import type { Visitor } from "../site.ts";

type MoreProps = Readonly<{ visitor: Visitor; path: string; before?: string | number | null; after?: string | null }>;

/** The way to a list's next page, where there is one: the older ones, or what comes after in a list of the oldest first. */
export function More({ visitor: { say }, path, before = null, after = null }: MoreProps) {
  const [name, next, word] = before === null ? ["after", after, say.next_page] : ["before", before, say.older];
  return next === null ? null : (
    <p class="more">
      <a href={`${path}?${name}=${encodeURIComponent(next)}`}>{word}</a>
    </p>
  );
}

/** Where a page of a list begins, as the API is asked for it. @param before of the page's own address. */
export const pageOf = (most: number, before: string | undefined) =>
  `limit=${most}${before ? `&before=${encodeURIComponent(before)}` : ""}`;
