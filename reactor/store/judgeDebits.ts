import { and, eq, gt, gte, inArray, ne, notInArray, sql } from "drizzle-orm";
import type { LaneAddresses } from "../payments/lanes.ts";
import { BASE_UNITS_PER_CENTAVO, toPesos } from "../payments/money.ts";
import { type Debit, type OpenOrder, unexplainedDebits } from "../payments/unexplainedDebits.ts";
import { allEnded } from "./allEnded.ts";
import type { StoredEvent } from "./appendEvent.ts";
import { notClaimed } from "./claims.ts";
import type { Queryable } from "./database.ts";
import { pullKillSwitch } from "./killSwitch.ts";
import { bankTransaction, installation, unclaimed } from "./schema/index.ts";

/** A list that was read while it grew may show a debit before our answer is stored: two readings in a row do not. */
const READINGS_BEFORE_PULL = 2;

export type Judgement = Readonly<{
  /** One reading more and it would pull: the bank should be read again soon. */
  suspected: boolean;
  events: readonly StoredEvent[];
}>;

/**
 * Half of the start fence (DESIGN 6): holds the debits that the bank lists of one account since our first migration to our orders there. One that
 * no order explains, in two readings in a row, pulls the kill switch, once for ever. Call it where a reading is stored.
 * @param ours the lane of whoever judges, as it was started.
 */
export async function judgeDebits(tx: Queryable, ours: OwnBridge): Promise<Judgement> {
  // The orders first: one that is answered meanwhile has its claim by the time the debits are read.
  const orders = await openOrders(tx, ours);
  const unexplained = unexplainedDebits(await unclaimedDebits(tx, ours.account), orders);
  const ids = unexplained.map(({ id }) => id);
  const { id, account, unexplainedReadings } = bankTransaction;
  const forgetting = tx
    .update(bankTransaction)
    .set({ unexplainedReadings: 0 })
    .where(and(eq(account, ours.account), gt(unexplainedReadings, 0), notInArray(id, ids)));
  const counting = tx
    .update(bankTransaction)
    .set({ unexplainedReadings: sql`${unexplainedReadings} + 1` })
    .where(inArray(id, ids))
    .returning({ id, readings: unexplainedReadings });
  const [counted] = await allEnded([ids.length === 0 ? [] : counting, forgetting]);
  const sure = new Set(counted.flatMap((one) => (one.readings >= READINGS_BEFORE_PULL ? [one.id] : [])));
  const events: StoredEvent[] = [];
  for (const debit of unexplained.filter((one) => sure.has(one.id))) {
    events.push(...(await pullKillSwitch(tx, inWords(debit), "kustodia", `bank:unexplained:${debit.id}`)));
  }
  return { suspected: sure.size < unexplained.length, events };
}

/** Where the withdrawals of one's own lane go, lower case, and from which bank account; where another lane's go is the control in force. */
export type OwnBridge = Pick<LaneAddresses, "lane" | "account" | "bridge">;

/** Orders to an account, of all its lanes, that may have been carried out and were not answered, each by its first sending of unknown outcome. */
export async function openOrders(tx: Queryable, { lane, account, bridge }: OwnBridge): Promise<readonly OpenOrder[]> {
  const { rows } = await tx.execute<{
    action: OpenOrder["action"];
    centavos: string;
    destination: string;
    ms: string;
  }>(sql`
    select attempt.action, attempt.amount_centavos::text as centavos,
      case when attempt.action = 'redeem' then leg.carried ->> 'bankAccountId' when leg.lane = ${lane} then ${bridge}
        else (select value from kustodia.control where control.lane = leg.lane and name = 'bridge' order by version desc limit 1)
        end as destination,
      floor(extract(epoch from min(attempt.sent_at) filter (where attempt.outcome in ('pending', 'unknown'))) * 1000)::text as ms
    from kustodia.attempt join kustodia.leg on leg.id = attempt.leg_id
    where attempt.action in ('withdraw', 'redeem')
      and leg.lane in (select name from kustodia.lane where account = ${account})
      and attempt.leg_id in (select leg_id from kustodia.attempt where outcome in ('pending', 'unknown'))
    group by attempt.leg_id, attempt.action, attempt.generation, attempt.amount_centavos, leg.carried, leg.lane
    having bool_or(attempt.outcome in ('pending', 'unknown')) and not bool_or(attempt.outcome = 'done')`);
  return rows.map(({ action, centavos, destination, ms }) => ({
    action,
    amountBaseUnits: BigInt(centavos) * BASE_UNITS_PER_CENTAVO,
    destination,
    intendedAtMs: Number(ms),
  }));
}

const ACTIONS = { CRYPTO_WITHDRAWAL: "withdraw", REDEMPTION: "redeem" } as const;

async function unclaimedDebits(tx: Queryable, account: string): Promise<readonly Debit[]> {
  const rows = await tx
    .select()
    .from(bankTransaction)
    .where(
      and(
        sql`${bankTransaction.id} in (select ${unclaimed.outsideId} from ${unclaimed} where ${unclaimed.source} = 'bank_transaction')`,
        eq(bankTransaction.account, account),
        inArray(bankTransaction.type, ["CRYPTO_WITHDRAWAL", "REDEMPTION"]),
        // What failed moved nothing.
        ne(bankTransaction.status, "FAILED"),
        // What is older than this database is another one's, and no order of ours.
        gte(bankTransaction.createdAtMs, sql`(select min(${installation.createdAtMs}) from ${installation})`),
        gt(bankTransaction.createdAtMs, sql`now() - interval '30 days'`),
        notClaimed(tx),
      ),
    );
  return rows.map(toDebit);
}

/** @throws Error for a transaction that takes nothing from the account. */
export function toDebit(row: typeof bankTransaction.$inferSelect): Debit {
  const { id, type, amountBaseUnits, createdAtMs } = row;
  if (type !== "CRYPTO_WITHDRAWAL" && type !== "REDEMPTION") throw new Error(`${type} ${id} is no debit.`);
  const destination = type === "REDEMPTION" ? row.bankAccountId : (row.address?.toLowerCase() ?? null);
  return { id, action: ACTIONS[type], amountBaseUnits, destination, createdAtMs };
}

function inWords({ id, action, amountBaseUnits }: Debit): string {
  const amount = toPesos(amountBaseUnits / BASE_UNITS_PER_CENTAVO);
  const es = { withdraw: "un retiro", redeem: "una redención" }[action];
  const en = { withdraw: "a withdrawal", redeem: "a redemption" }[action];
  return `Juno muestra ${es} de ${amount} (${id}) que ninguna orden nuestra explica: una orden hecha dos veces, otro programa en la cuenta, o una base antigua / Juno shows ${en} of ${amount} (${id}) that no order of ours explains: an order carried out twice, another program on the account, or an old database`;
}
