/** How deep, how long and how many-named an operation may be: what the documented questions need, and a little more. */
export const LIMITS = { maxOperationDepth: 7, maxOperationTokens: 400, maxOperationAliases: 8 };

/** Rows of one list. Lists within lists multiply, and the depth allows two. */
const MOST_ROWS = 100;

/**
 * Why an operation costs too much, in words; null when it does not. Ponder itself gives up to 1,000 rows of each list.
 * @param body of the request, parsed: what is no operation is GraphQL's to refuse.
 */
export function refuseCostly(body: unknown): string | null {
  const { query, variables } = (body ?? {}) as { query?: unknown; variables?: Record<string, unknown> | null };
  if (typeof query !== "string") return null;
  const given = [...query.matchAll(/\blimit\s*:\s*(\$?\w+)/g)].map(([, value = ""]) => value);
  const values = given.flatMap((value) =>
    value.startsWith("$") ? [variables?.[value.slice(1)], defaultOf(query, value)] : [value],
  );
  const worst = Math.max(0, ...values.map((value) => Number(value ?? 0)));
  return worst > MOST_ROWS ? `limit: a lo más ${MOST_ROWS} / at most ${MOST_ROWS}` : null;
}

const defaultOf = (query: string, name: string) =>
  new RegExp(`\\${name}\\s*:\\s*Int!?\\s*=\\s*(\\d+)`).exec(query)?.[1];
