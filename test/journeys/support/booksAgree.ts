import { expect } from "vitest";
import type { AuditedSystem } from "../../../bin/audit/auditedSystem.ts";
import { compareBooks, type Travelled } from "../../../bin/audit/compareBooks.ts";

export type { Travelled } from "../../../bin/audit/compareBooks.ts";

/** Holds our ledger, the bank's books and the chain against each other, to the centavo. `payments` are all there ever were. */
export async function booksAgree(system: AuditedSystem, payments: readonly Travelled[]): Promise<void> {
  expect(await compareBooks(system, payments)).toEqual([]);
}
