/** Where two values first differ, and what each has there; null when they are the same. What is undefined is not there. */
export type Difference = Readonly<{ at: string; ours: unknown; theirs: unknown }>;

/** Compares plain values; Maps by their keys, and lists without their order, which a query seldom promises. */
export function differenceOf(ours: unknown, theirs: unknown, at = ""): Difference | null {
  if (Object.is(ours, theirs)) return null;
  if (ours instanceof Map && theirs instanceof Map) {
    return differenceOf(Object.fromEntries(ours), Object.fromEntries(theirs), at);
  }
  if (!isObject(ours) || !isObject(theirs) || Array.isArray(ours) !== Array.isArray(theirs))
    return { at, ours, theirs };
  if (Array.isArray(ours) && Array.isArray(theirs)) return differenceByName(inOrder(ours), inOrder(theirs), at);
  return differenceByName(ours, theirs, at);
}

type Named = Readonly<Record<string, unknown>>;

function differenceByName(ours: Named, theirs: Named, at: string): Difference | null {
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const difference = differenceOf(ours[name], theirs[name], `${at}.${name}`);
    if (difference !== null) return difference;
  }
  return null;
}

const isObject = (value: unknown): value is Named => typeof value === "object" && value !== null;

const inOrder = (list: readonly unknown[]): Named =>
  Object.fromEntries(
    list
      .map((one) => [told(one), one] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, one], place) => [place, one]),
  );

/** A value for people to read, the same for all that are equal by `differenceOf`. */
export function told(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Map) return told(Object.fromEntries(value));
  if (Array.isArray(value)) return `[${value.map(told).sort().join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "undefined";
  const fields = Object.entries(value).flatMap(([name, field]) =>
    field === undefined ? [] : [`${name}: ${told(field)}`],
  );
  return `{ ${fields.sort().join(", ")} }`;
}
