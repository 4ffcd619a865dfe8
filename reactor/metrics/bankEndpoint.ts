/**
 * A call to the bank by its endpoint, for a label: `GET /mint_platform/v1/transactions/:id`. What follows in a path is
 * cut to `:id`, so that there are as many labels as endpoints and none is a payment's.
 */
export function bankEndpoint(method: string, pathname: string): string {
  const parts = pathname.split("/").filter((part) => part !== "");
  const named = parts.map((part) => (/^(v\d+|[a-z_]+)$/.test(part) ? part : ":id"));
  return `${method} /${named.slice(0, MOST_PARTS).join("/")}`;
}

const MOST_PARTS = 5;
