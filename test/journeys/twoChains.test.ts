import { afterAll, expect, test } from "vitest";
import { installKey } from "../../bin/operate/installKey.ts";
import { until } from "../../bin/stack/until.ts";
import { type Api, apiOf } from "./support/api.ts";
import { byTwo } from "./support/byTwo.ts";
import { type CreatedPayment, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { receiptDifferences } from "./support/receiptDifferences.ts";
import { untilRebuilt } from "./support/untilRebuilt.ts";
import { untilStatus } from "./support/untilStatus.ts";

const STEP_MS = 60_000;
const COMPLETE_WITHIN_MS = 120_000;

const system = await freshJourney({ chains: 2, reactorEnv: { TIMERS: "off" } });
const { pool } = system.database;
const { secondChain: second } = system;
if (second === null) throw new Error("There is one chain.");
afterAll(() => system.close());
/** Ana's, with which she administers; the second person is Beto. */
const { text: admin } = await installKey(system.database.url, { name: "Ana", kind: "person", scopes: ["admin"] });

const of = {
  principal: { chainId: 31_337, sandbox: system.sandbox, anvil: system.anvil, contracts: system.contracts },
  norte: { chainId: 421_614, sandbox: second.sandbox, anvil: second.anvil, contracts: second.contracts },
} as const;
type Lane = keyof typeof of;
const LANES = Object.keys(of) as readonly Lane[];

async function placeOf({ id }: CreatedPayment): Promise<{ lane: Lane; escrow: string | null; chain: number }> {
  const { rows } = await pool.query(
    `select payment.lane, leg.carried ->> 'escrowId' as escrow, chain_id as chain from kustodia.payment
     join kustodia.leg on leg.payment_id = payment.id and leg.kind = 'custody'
     join kustodia.lane on lane.name = payment.lane where payment.id = $1`,
    [id],
  );
  return rows[0];
}

async function reconciled(api: Api) {
  return until("a reading of the three books", STEP_MS, async () => {
    const { payments, breaks, difference } = await api.trigger("sync");
    return payments === undefined ? undefined : { breaks, difference };
  });
}

/** One new payment by each lane. */
async function oneEach(api: Api, amounts: readonly [string, string]): Promise<Record<Lane, CreatedPayment>> {
  const made: Partial<Record<Lane, CreatedPayment>> = {};
  for (const amount of amounts) {
    const payment = await createPayment(api, { amount, customer: `comprador de ${amount}` });
    made[(await placeOf(payment)).lane] = payment;
  }
  const { principal, norte } = made;
  if (principal === undefined || norte === undefined) throw new Error("Both went by one lane.");
  return { principal, norte };
}

test("two chains: the same contract addresses and escrow numbers on both are not confused, and one chain's dead node stops its own lane alone", async () => {
  expect(second.contracts).toMatchObject({ escrow: system.contracts.escrow, mxnb: system.contracts.mxnb });
  const reactors = {
    principal: await system.startReactor("principal"),
    norte: await system.startReactor("norte", system.secondLane),
  };
  await system.startTripwire();
  await system.startTripwire(system.secondLane);
  const apis = { principal: apiOf(reactors.principal, system), norte: apiOf(reactors.norte, system) };
  await byTwo(reactors.norte, { persons: [admin, system.persons[1]] }, "/api/lanes/norte/open", {
    reason: "prueba de dos cadenas",
  });
  // Each account keeps CLABEs ready, so that whoever is asked gives a new customer to the one with the fewest payments.
  for (const lane of LANES) await apis[lane].trigger("deposits");

  const first = await oneEach(apis.principal, ["1001.00", "1002.00"]);
  for (const lane of LANES) await payDeposit(of[lane].sandbox, first[lane]);
  for (const lane of LANES) await untilStatus(apis[lane], first[lane].id, "completed", COMPLETE_WITHIN_MS);
  for (const lane of LANES) expect(await placeOf(first[lane])).toEqual({ lane, escrow: "1", chain: of[lane].chainId });
  const { rows: heard } = await pool.query<{ query: string }>(
    `select query from pg_stat_activity where datname = current_database() and application_name = 'kustodia-listen'
     order by query`,
  );
  expect(heard.map(({ query }) => query)).toEqual(['listen "chain_421614_live_query"', 'listen "chain_live_query"']);
  // Whoever is asked tells of a payment what its own chain shows.
  for (const lane of LANES)
    for (const reactor of Object.values(reactors))
      expect(await receiptDifferences(reactor, { ...system, ...of[lane] }, first[lane].id)).toEqual([]);

  const later = await oneEach(apis.principal, ["1003.00", "1004.00"]);
  await second.anvil.stop();
  for (const lane of LANES) await payDeposit(of[lane].sandbox, later[lane]);
  await untilStatus(apis.principal, later.principal.id, "completed", COMPLETE_WITHIN_MS);
  // The living one has done all of its payment meanwhile, and shows the other as far as it has come.
  expect((await apis.principal.payment(later.norte.id)).status).toMatch(/^(pending|processing)$/);
  expect((await placeOf(later.norte)).escrow).toBeNull();
  await second.restartAnvil();
  await untilStatus(apis.norte, later.norte.id, "completed", COMPLETE_WITHIN_MS);

  for (const lane of LANES) expect(await reconciled(apis[lane])).toEqual({ breaks: 0, difference: "0.00" });
  await untilRebuilt({ ...system.environment, ...system.secondLane });
  // Each tripwire has seen its own chain and account, and nothing in them that no payment explains.
  const { rows: pulls } = await pool.query("select why from kustodia.kill_switch");
  expect(pulls).toEqual([]);
}, 300_000);
