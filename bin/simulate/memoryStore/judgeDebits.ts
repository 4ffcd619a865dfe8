import { BASE_UNITS_PER_CENTAVO } from "../../../reactor/payments/money.ts";
import { type Debit, type OpenOrder, unexplainedDebits } from "../../../reactor/payments/unexplainedDebits.ts";
import { type Judgement, toDebit } from "../../../reactor/store/judgeDebits.ts";
import type { Store } from "../../../reactor/store/port.ts";
import type { Books } from "./books.ts";

const READINGS_BEFORE_PULL = 2;

/** Holds the bank's debits to our orders, as reactor/store/judgeDebits.ts does; the judging itself is the real one. */
export async function judgeDebits(books: Books, bridge: string, pull: Store["pullKillSwitch"]): Promise<Judgement> {
  const unexplained = unexplainedDebits(unclaimedDebits(books), openOrders(books, bridge));
  const ids = new Set(unexplained.map(({ id }) => id));
  for (const row of books.strays()) if (!ids.has(row.id)) books.bank.put(row.id, { ...row, unexplainedReadings: 0 });
  let sure = 0;
  for (const { id } of unexplained) {
    const row = books.bank.get(id);
    if (row === undefined) continue;
    const { unexplainedReadings } = books.bank.put(id, { ...row, unexplainedReadings: row.unexplainedReadings + 1 });
    if (unexplainedReadings < READINGS_BEFORE_PULL) continue;
    sure++;
    await pull(
      `el banco muestra un movimiento (${id}) que ninguna orden explica`,
      "kustodia",
      `bank:unexplained:${id}`,
    );
  }
  return { suspected: sure < unexplained.length, events: [] };
}

function unclaimedDebits(books: Books): readonly Debit[] {
  return books
    .unclaimed("bank_transaction")
    .flatMap((id) => books.bank.get(id) ?? [])
    .filter(({ status }) => status !== "FAILED")
    .map(toDebit);
}

function openOrders(books: Books, bridge: string): readonly OpenOrder[] {
  const orders = new Map<string, OpenOrder>();
  for (const { legId, action, generation, amountCentavos, sentAtMs } of books.openAttempts()) {
    if (action !== "withdraw" && action !== "redeem") continue;
    const name = `${legId}:${action}:${generation}`;
    const isDone = books.attemptsOf
      .of(legId)
      .some((row) => row.action === action && row.generation === generation && row.outcome === "done");
    if (isDone || orders.has(name)) continue;
    const destination = action === "withdraw" ? bridge : (books.legs.get(legId)?.carried.bankAccountId ?? "");
    const amountBaseUnits = amountCentavos * BASE_UNITS_PER_CENTAVO;
    orders.set(name, { action, amountBaseUnits, destination, intendedAtMs: sentAtMs });
  }
  return [...orders.values()];
}
