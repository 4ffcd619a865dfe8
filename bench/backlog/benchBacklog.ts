import { sql } from "drizzle-orm";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { closeBooks } from "../../reactor/store/closeBooks.ts";
import { type Database, openDatabase } from "../../reactor/store/database.ts";
import { takeIdentity } from "../../reactor/store/identity.ts";
import { migrate } from "../../reactor/store/migrate.ts";
import type { Measured, Settings } from "../measured.ts";
import { withParts } from "../withParts.ts";
import { explained, readWhole } from "./explain.ts";
import { BATCH, recurring } from "./recurring.ts";
import { storeBacklog } from "./storeBacklog.ts";

const SIZES = [10_000, 100_000, 1_000_000];
const TINY = [300, 600];
const TIMES = 9;
/** How many times as much it may cost with more stored, for a claim and for each leg that a sweep wakes. */
const FLAT = 1.5;
/** Whose plans are shown. */
const SHOWN = ["claim", "sweep custody"];

type Cost = Readonly<{ ms: number; legs: number | undefined }>;

/**
 * What a reactor does again and again, timed with ever more payments stored, 1 % of them due: the claim of a batch and its
 * facts, the sweeps, and all that turns, readings and looks ask. With the most payments each is asked once more by a
 * connection that tells its plans: none may read a table whole that grows with the payments.
 */
export function benchBacklog({ tiny, say }: Settings): Promise<Measured> {
  const sizes = tiny ? TINY : SIZES;
  return withParts(async ({ databaseUrl }) => {
    await migrate(databaseUrl);
    const database = openDatabase(databaseUrl, 1, () => undefined);
    const identity = await takeIdentity(databaseUrl, () => undefined);
    try {
      const costs = new Map<number, ReadonlyMap<string, Cost>>();
      let from = 1;
      for (const to of sizes) {
        say(`storing payments ${from} to ${to} …`);
        await storeBacklog(databaseUrl, { from, to });
        // As each reactor does every minute (watchAlerts.ts): what is older than an hour is added up once.
        await closeBooks(database.db);
        costs.set(to, await timed(database.db, identity.holder()));
        from = to + 1;
      }
      const plans = await planned(databaseUrl, identity.holder());
      return measured(costs, plans);
    } finally {
      await identity.close();
      await database.close();
    }
  });
}

/** Each median of some times, by name. */
async function timed(db: Database, holder: number): Promise<ReadonlyMap<string, Cost>> {
  const costs = new Map<string, Cost>();
  for (const { name, run } of recurring(db, holder)) {
    const took: number[] = [];
    let legs: number | undefined;
    for (let nth = 0; nth < TIMES; nth++) {
      if (name === "claim") await freeLegs(db);
      const beganMs = performance.now();
      legs = await run();
      took.push(performance.now() - beganMs);
    }
    costs.set(name, { ms: took.toSorted((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0, legs });
  }
  return costs;
}

/**
 * Whoever is measured claims the same legs each time. Those alone are written: freeing all that are due would leave the claim
 * ten thousand rows' dead versions to pass by, and their pages to write.
 */
async function freeLegs(db: Database): Promise<void> {
  await db.execute(sql`update kustodia.leg set lease_holder = null, lease_until = null where id in (
    select id from kustodia.leg where lane = ${FIRST_LANE} and due_at <= now() order by due_at, id limit ${BATCH})`);
}

async function planned(databaseUrl: string, holder: number): Promise<ReadonlyMap<string, readonly string[]>> {
  const { database, plansOf } = await explained(databaseUrl);
  try {
    await freeLegs(database.db);
    const plans = new Map<string, readonly string[]>();
    for (const { name, run } of recurring(database.db, holder)) plans.set(name, await plansOf(run));
    return plans;
  } finally {
    await database.close();
  }
}

function measured(
  costs: ReadonlyMap<number, ReadonlyMap<string, Cost>>,
  plans: ReadonlyMap<string, readonly string[]>,
): Measured {
  const sizes = [...costs.keys()];
  const costOf = (size: number, name: string) => costs.get(size)?.get(name) ?? { ms: 0, legs: undefined };
  const sweeps = [...plans.keys()].filter((name) => name.startsWith("sweep"));
  const swept = (size: number) => {
    const all = sweeps.map((name) => costOf(size, name));
    const [ms, legs] = [sum(all.map((one) => one.ms)), sum(all.map((one) => one.legs ?? 0))];
    return { ms, perLegUs: (ms * 1_000) / legs };
  };
  const claims = sizes.map((size) => costOf(size, "claim").ms);
  const perLeg = sizes.map((size) => swept(size).perLegUs);
  const figures = {
    claimMs: claims.at(-1) ?? 0,
    claimRatio: growth(claims),
    sweepMs: swept(sizes.at(-1) ?? 0).ms,
    sweepUsPerDueLeg: perLeg.at(-1) ?? 0,
    sweepRatio: growth(perLeg),
  };
  const whole = [...plans].flatMap(([name, told]) => readWhole(told).map((table) => `${name} reads ${table} whole.`));
  return {
    settings: { payments: sizes.join(" / "), due: "1 %", times: TIMES },
    figures,
    details: Object.fromEntries(
      [...plans.keys()].map((name) => [
        `${name}, ms at ${sizes.join(" / ")}`,
        sizes.map((size) => costOf(size, name).ms.toFixed(1)).join(" / "),
      ]),
    ),
    shown: Object.fromEntries(
      SHOWN.map((name) => [
        `Plans of ${name} with ${sizes.at(-1)} payments`,
        (plans.get(name) ?? []).map(short).join("\n\n"),
      ]),
    ),
    wrong: sizes.some((size) => costOf(size, "claim").legs === 0) ? ["Nothing was due."] : [],
    missed: [
      ...whole,
      ...(figures.claimRatio <= FLAT ? [] : [`A claim is not flat: ${figures.claimRatio.toFixed(2)}×.`]),
      ...(figures.sweepRatio <= FLAT ? [] : [`A sweep is not flat per leg due: ${figures.sweepRatio.toFixed(2)}×.`]),
    ],
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
/** The dearest of what it costs with the fewest stored. */
const growth = (costs: readonly number[]) => Math.max(...costs) / (costs[0] ?? 0);

/** A plan as it is read: its statement is in the code. */
const short = (plan: string) =>
  plan.slice(plan.indexOf("\n", plan.indexOf("plan:")) + 1).replace(/^Query Text:.*?\n(?=\S)/s, "");
