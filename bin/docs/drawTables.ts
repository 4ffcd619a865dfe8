import { type LegKind, tables } from "../../reactor/payments/leg.ts";
import { drawLegTable } from "./drawLegTable.ts";
import { redraw } from "./redraw.ts";

/**
 * ARCHITECTURE.md with its three tables drawn anew from the data.
 * @throws Error when the document has no place for one of them.
 */
export function drawTables(document: string): string {
  const kinds = Object.keys(tables) as LegKind[];
  return kinds.reduce((drawn, kind) => redraw(drawn, kind, drawLegTable(kind)), document);
}
