import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { killSwitchAt } from "../../bin/operate/killSwitchAt.ts";
import { liftByTwo } from "../../bin/operate/liftByTwo.ts";
import { until } from "../../bin/stack/until.ts";
import { type Api, apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { untilStatus } from "./support/untilStatus.ts";

const system = await freshJourney({ reactorEnv: { TIMERS: "off" } });
afterAll(() => system.close());

/** Longer than a leg that is stopped waits before it looks again. */
const LONG_ENOUGH_MS = 5_000;

const whatLeft = async (api: Api, ids: readonly number[]) => {
  const payments = await Promise.all(ids.map((id) => api.payment(id)));
  const { orders } = await readBankBooks(system.sandbox);
  return [payments.map(({ transactions }) => transactions.length), orders.map(({ id }) => id)];
};

test("pulled at one reactor it stops all of them, outlives their restart, and what stood still goes on when two lift it", async () => {
  const [one, other] = [await system.startReactor("one"), await system.startReactor("other")];
  const api = apiOf(one, system);
  const held = await createPayment(api, { amount: "640.00", customer: "en-custodia", custodyMs: 12_000 });
  await payDeposit(system.sandbox, held);
  await untilStatus(api, held.id, "active");

  await killSwitchAt(other.url, system.apiKey).pull("simulacro");
  const late = await createPayment(api, { amount: "380.00", customer: "por-depositar" });
  await payDeposit(system.sandbox, late);
  const killed = (id: number) => async () =>
    (await api.payment(id)).legs.find(({ kind, reason }) => kind === "custody" && reason === "killed");
  await until("the withdrawal stopped", 30_000, killed(late.id));
  await until("the release stopped", 30_000, killed(held.id));
  const before = await whatLeft(api, [held.id, late.id]);
  await sleep(LONG_ENOUGH_MS);
  expect(await whatLeft(api, [held.id, late.id])).toEqual(before);

  await Promise.all([one.stop(), other.stop()]);
  const again = await system.startReactor("again");
  const apiAgain = apiOf(again, system);
  const status = await fetch(`${again.url}/api/automation/status`);
  expect(await status.json()).toMatchObject({ status: "running", outgoing: { stopped: true, why: "simulacro" } });
  await sleep(LONG_ENOUGH_MS);
  expect(await whatLeft(apiAgain, [held.id, late.id])).toEqual(before);

  await liftByTwo(again, system, "fin del simulacro");
  await untilStatus(apiAgain, held.id, "completed");
  await untilStatus(apiAgain, late.id, "completed");
  await booksAgree(system, [
    { ...held, stage: "paid" },
    { ...late, stage: "paid" },
  ]);
}, 240_000);
