import { readFileSync } from "node:fs";
import { createPublicClient, http } from "viem";
import { afterAll, expect, test } from "vitest";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { until } from "../../bin/stack/until.ts";
import { legOf, untilLeg } from "../faults/support/legs.ts";
import { apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { untilStatus } from "./support/untilStatus.ts";

const CUSTODY_MS = 15_000;
/** Time in which a reactor that sends would have sent. */
const SEVERAL_TURNS = 3;

const system = await freshJourney();
afterAll(() => system.close());
const { pool } = system.database;
const node = createPublicClient({ transport: http(system.anvil.rpcUrl) });
const bridge = localAccounts().bridge.address;

/** What the bank was ordered and the chain was sent until now: every call of the bank's that is no question, and the nonce. */
async function ordered() {
  const log = await fetch(`${system.sandbox.url}/sandbox/requests`);
  const { requests } = (await log.json()) as { requests: { method: string; path: string }[] };
  const orders = requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
  return { orders, nonce: await node.getTransactionCount({ address: bridge, blockTag: "pending" }) };
}

test("in shadow mode deposits are taken and orders decided and printed, and neither bank nor chain is sent any", async () => {
  const live = await system.startReactor("live");
  const api = apiOf(live, system);
  const inCustody = await createPayment(api, { amount: "1500.00", customer: "cliente-1", custodyMs: CUSTODY_MS });
  const unpaid = await createPayment(api, { amount: "2500.00", customer: "cliente-2", custodyMs: CUSTODY_MS });
  await payDeposit(system.sandbox, inCustody);
  await untilStatus(api, inCustody.id, "active");
  await live.stop();
  await payDeposit(system.sandbox, unpaid);
  const before = await ordered();

  const shadow = await system.startReactor("shadow", { SHADOW: "on" });
  // It has registered no webhook that would ring: the process reads the bank.
  await until("the deposit", 45_000, async () => {
    await apiOf(shadow, system).trigger("deposits");
    return (await legOf(pool, unpaid.id, "deposit")).state === "issued" ? true : undefined;
  });
  await untilLeg(pool, unpaid.id, "custody", ({ state, reason }) => state === "withdrawing" && reason === "shadow");
  await untilLeg(pool, inCustody.id, "custody", ({ state, reason }) => state === "releasing" && reason === "shadow");
  const asked = { amount: "3000.00", customer: "cliente-3", custodyMs: CUSTODY_MS };
  await expect(createPayment(apiOf(shadow, system), asked)).rejects.toThrow("Modo sombra");
  // Looked at again and again, it is printed once.
  for (let turn = 0; turn < SEVERAL_TURNS; turn++) {
    await pool.query("update kustodia.leg set due_at = now() where reason = 'shadow'");
    await until("a turn", 10_000, async () => {
      const { rowCount } = await pool.query("select 1 from kustodia.leg where reason = 'shadow' and due_at > now()");
      return rowCount === 2 ? true : undefined;
    });
  }
  const printed = readFileSync(shadow.logPath, "utf8").match(/Sombra: el pago .*/g);
  expect([...(printed ?? [])].sort()).toEqual([
    expect.stringMatching(new RegExp(`^Sombra: el pago ${inCustody.id} .*\\$1,500.00 \\(release\\)`)),
    expect.stringMatching(new RegExp(`^Sombra: el pago ${unpaid.id} .*\\$2,500.00 \\(withdraw\\)`)),
  ]);
  expect(await ordered()).toEqual(before);
  await shadow.stop();

  const again = await system.startReactor("again");
  for (const { id } of [inCustody, unpaid]) await untilStatus(apiOf(again, system), id, "completed");
  await booksAgree(system, [
    { ...inCustody, stage: "paid" },
    { ...unpaid, stage: "paid" },
  ]);
}, 180_000);
