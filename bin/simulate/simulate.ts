import { createHash } from "node:crypto";
import type { CrashPoint } from "../../reactor/reactor.ts";
import { live } from "./people/live.ts";
import { stopAndGo } from "./people/stopAndGo.ts";
import { type Sabotage, startReactor } from "./startReactor.ts";
import { createWatch, type Report, type Violation } from "./watch.ts";
import { createWorld, type Options, type World } from "./world.ts";

const REACTORS = 2;
const HOUR_MS = 3_600_000;
/** Beyond the longest deadline of any state that a simulated payment can be left in. */
const LONGEST_MS = 5 * 24 * HOUR_MS;

export type Outcome = Readonly<{
  seed: number;
  payments: number;
  completed: number;
  review: number;
  /** Expired, or given back to the buyer. */
  ended: number;
  faults: number;
  crashes: number;
  /** How often a reactor stood still at such a point for longer than its lease, and went on. */
  freezes: number;
  /** Of the crashes, how many at each point of an order's way. */
  at: Readonly<Record<CrashPoint, number>>;
  duplicates: number;
  lostCentavos: string;
  elapsedMs: number;
  violations: readonly Violation[];
  history: readonly string[];
  historyHash: string;
}>;

/** Gives a world other parts before it begins to live. @param report of what must never be, which ends it. */
export type Outfit = (world: World, report: Report) => World;

/** Runs a whole simulated world to its end, or to the first thing that must never be. */
export async function simulate(
  options: Options,
  sabotage: Sabotage = (reactor) => reactor,
  outfit: Outfit = (bare) => bare,
): Promise<Outcome> {
  const startedAtMs = performance.now();
  const bare = createWorld(options);
  const watch = createWatch(bare);
  const world = outfit(bare, watch.report);
  const { clock } = world;
  const numbers = Array.from({ length: options.payments }, (_, index) => options.first + index).filter(
    (paymentId) => options.only?.includes(paymentId) ?? true,
  );
  const { people } = world;
  people.left = numbers.length;
  let over = false;
  const isOver = () => over;
  for (const paymentId of numbers) {
    live(world, paymentId).then(
      () => people.left--,
      (error: unknown) => watch.report(`payment ${paymentId}: ${String(error)}`, [paymentId]),
    );
  }
  void stopAndGo(world);
  void world.chain.live(isOver, world.fleet.rota.isQuiet);
  followWithLag(world);
  for (let number = 0; number < REACTORS; number++) startReactor({ world, sabotage, isOver, stepped: watch.stepped });

  const endsAtMs = clock.nowMs() + LONGEST_MS;
  await clock.run(() => {
    const rests = people.left === 0 && world.frozen.now === 0 && world.books.dueCount() === 0;
    over = rests || watch.violations.length > 0 || clock.nowMs() > endsAtMs;
    return over;
  });
  const { duplicates, lostCentavos } = watch.end();
  const sales = [...world.books.payments.all()].filter(({ purpose }) => purpose === "sale");
  const statuses = sales.map(({ status }) => status);
  const withStatus = (...wanted: string[]) => statuses.filter((status) => wanted.includes(status)).length;
  return {
    seed: options.seed,
    payments: numbers.length,
    completed: withStatus("completed"),
    review: withStatus("review"),
    ended: withStatus("expired", "cancelled", "refunded"),
    ...world.counts,
    duplicates,
    lostCentavos: String(lostCentavos),
    elapsedMs: Math.round(performance.now() - startedAtMs),
    violations: watch.violations,
    history: world.lines,
    historyHash: createHash("sha256").update(world.lines.join("\n")).digest("hex"),
  };
}

/** The index follows the chain a little later, and now and then much later. */
function followWithLag({ clock, chance, chain, index, faults, onFault }: World): void {
  let stalledUntilMs = 0;
  chain.onBlock(() => {
    const height = chain.blocks.length;
    if (chance.hits(faults / 100, "index stalls", height)) {
      onFault("index stalls");
      stalledUntilMs = clock.nowMs() + chance.between(30, 90, "stalls for", height) * 1_000;
    }
    const lagMs = chance.between(0, 1_200, "lag", height);
    clock.after(Math.max(lagMs, stalledUntilMs - clock.nowMs()), () => index.follow(chain.blocks));
  });
}
