import { readBankBooks } from "../audit/bankBooks.ts";
import { apiAt } from "../cli/askApi.ts";
import { deposit } from "../demo/api.ts";
import { killSwitchAt } from "../operate/killSwitchAt.ts";
import { liftByTwo } from "../operate/liftByTwo.ts";
import { turnDial } from "../stack/turnDial.ts";
import { until } from "../stack/until.ts";
import type { CertifiedAction } from "./cells.ts";
import { createCellPayment } from "./createCellPayment.ts";
import type { System } from "./openSystem.ts";
import { plans } from "./plans.ts";

/** Who must stop all money by a double, each by evidence of its own: the tripwire by sums alone, the reactor by the orders that it knows. */
const WATCHERS = ["tripwire", "kustodia"] as const;

/**
 * A cell of detection: the bank carried one order out twice. No client prevents it; both watchers must name it, and the
 * reconciliation must number it as a break.
 */
export type Detection = Readonly<{
  action: CertifiedAction;
  failure: string | null;
  /** How long after both orders were in the bank's books each of the two had stopped the money, ms. */
  namedAfterMs: Readonly<Record<(typeof WATCHERS)[number], number | null>>;
}>;

/** Each order that moves money at the bank, and how the bank's books call it. A payment's last one first: it asks no more. */
const DOUBLED = [
  ["redeem", "REDEMPTION"],
  ["withdraw", "CRYPTO_WITHDRAWAL"],
] as const;

const DOUBLED_WITHIN_MS = 60_000;
const NAMED_WITHIN_MS = 30_000;
/** Somebody else's money: without it the bank has nothing to pay a second time with. */
const OF_OTHERS = "50000.00";

/**
 * Lets the bank execute an order twice under one key, and looks whether both watchers stop all money and name the order.
 * Call it last: from here on the books do not agree. A reactor and the tripwire are running.
 * @param first the number of the first payment, beyond all others.
 */
export async function detectDoubles(
  system: System,
  first: number,
  say: (line: string) => void,
): Promise<readonly Detection[]> {
  const others = await createCellPayment(system, system.standbyUrl, first);
  await deposit(system.sandbox.url, { clabe: others.depositClabe, amount: OF_OTHERS });
  const detections: Detection[] = [];
  for (const [index, [action, type]] of DOUBLED.entries()) {
    const detection = await detect(system, first + 1 + index, action, type);
    detections.push(detection);
    say(`${system.shape} ${action} executed twice under one key: ${detection.failure ?? "named by both"}`);
  }
  return detections;
}

async function detect(
  system: System,
  n: number,
  action: CertifiedAction,
  type: (typeof DOUBLED)[number][1],
): Promise<Detection> {
  const killSwitch = killSwitchAt(system.standbyUrl, system.apiKey);
  const payment = await createCellPayment(system, system.standbyUrl, n);
  await turnDial(system.sandbox, [{ kind: "execute-key-twice", endpoint: plans[action].call }]);
  await deposit(system.sandbox.url, { clabe: payment.depositClabe, amount: payment.amount });
  const orders = await until(`${action} executed twice`, DOUBLED_WITHIN_MS, async () => {
    const found = (await readBankBooks(system.sandbox)).orders.filter(
      (order) => order.type === type && order.amount === payment.amountCentavos,
    );
    return found.length > 1 ? found : undefined;
  }).catch(() => undefined);
  const unnamed = { tripwire: null, kustodia: null };
  if (orders === undefined) return { action, failure: "the bank did not execute it twice", namedAfterMs: unnamed };
  const doubledMs = performance.now();
  const namedBy = (watcher: string) =>
    until(`the pull of ${watcher}`, NAMED_WITHIN_MS, async () => {
      const { history } = await killSwitch.status();
      const named = history.some(
        ({ why, pulled_by }) => pulled_by === watcher && orders.some(({ id }) => why.includes(id)),
      );
      return named ? Math.round(performance.now() - doubledMs) : undefined;
    }).catch(() => null);
  const [tripwire, kustodia] = await Promise.all(WATCHERS.map(namedBy));
  const namedAfterMs = { tripwire: tripwire ?? null, kustodia: kustodia ?? null };
  const isNumbered = await untilBreak(
    system,
    orders.map(({ id }) => id),
  );
  const silent = [
    ...WATCHERS.filter((watcher) => namedAfterMs[watcher] === null),
    ...(isNumbered ? [] : ["any break of the reconciliation"]),
  ];
  await liftByTwo({ url: system.standbyUrl }, system, "certificate");
  return { action, failure: silent.length === 0 ? null : `not named by ${silent.join(", ")}`, namedAfterMs };
}

/** Reconciles until one of these orders is a break's own, as two readings must show it. @returns whether it came. */
async function untilBreak(system: System, orderIds: readonly string[]): Promise<boolean> {
  const api = apiAt(system.standbyUrl, system.apiKey);
  const look = async () => {
    await api("POST", "/automation/trigger", { process: "sync" });
    const { rowCount } = await system.database.pool.query(
      "select from kustodia.break where outside_id = any($1) or at_bank::text like any($2)",
      [orderIds, orderIds.map((id) => `%${id}%`)],
    );
    return rowCount ? true : undefined;
  };
  return until("a numbered break of the double", NAMED_WITHIN_MS, look).catch(() => false);
}
