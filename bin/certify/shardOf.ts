import type { Cell } from "./cells.ts";
import { plans } from "./plans.ts";

/** The nth of so many parts, from 1 on. */
export type Shard = Readonly<{ nth: number; of: number }>;

/** Cells of one shape beside each other: most shards then need one system, whose start and take-overs cost more than their cells. */
export function shardOf(cells: readonly Cell[], { nth, of }: Shard): readonly Cell[] {
  const byShape = cells.toSorted((a, b) => plans[a.action].shape.localeCompare(plans[b.action].shape));
  const from = (part: number) => Math.floor((byShape.length * part) / of);
  return byShape.slice(from(nth - 1), from(nth));
}
