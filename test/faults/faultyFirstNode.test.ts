import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { startRpcProxy } from "../../bin/stack/startRpcProxy.ts";
import { freshAnvil } from "../harness/freshAnvil.ts";
import { endBySignal, START_PROGRAM, startWhole } from "../harness/startWhole.ts";
import { wholeFolder } from "../harness/wholeFolder.ts";
import { apiOf } from "../journeys/support/api.ts";
import { createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";
import { callIn, type FaultOf, HONEST } from "./support/faultyChain.ts";

/** Longer than one answer of a node in use takes, and shorter than anybody's patience with one. */
const SLOW_MS = 2_500;

let fault: FaultOf = HONEST;
const anvil = await freshAnvil({ blockTimeS: 1, slotsInAnEpoch: 1 });
const faulty = await startRpcProxy(anvil.rpcUrl, (request) => fault(request));
const state = wholeFolder();
afterAll(async () => {
  await faulty.stop();
  await anvil.stop();
});

test.each<readonly [string, FaultOf]>([
  ["cuts every connection", () => "lose_request"],
  ["throttles every call (429)", () => ({ status: 429 })],
  ["is slow", () => sleep(SLOW_MS, "none" as const)],
])(
  "npm start, while the first of two RPC URLs %s: it is ready, and a payment goes through",
  async (_what, of) => {
    // Index, bank and tripwire have its URL too: this call is the reactor's alone.
    let asked = 0;
    fault = (request) => {
      if (callIn(request) === "createEscrow") asked++;
      return of(request);
    };
    const env = { ETH_RPC_URL: `${faulty.url},${anvil.rpcUrl}` };
    const { program, api: url } = await startWhole(state.path, START_PROGRAM, [], env);
    try {
      expect((await fetch(`${url}/ready`)).status).toBe(200);
      const api = apiOf({ url }, { apiKey: state.apiKey() });
      const payment = await createPayment(api, { amount: "1500.00", customer: "cliente", custodyMs: 1_000 });
      await payDeposit({ url: state.placeOf("Banco") }, payment);
      await untilStatus(api, payment.id, "completed");
      expect(asked).toBeGreaterThan(0);
    } finally {
      await endBySignal(state.path, program, "SIGINT");
    }
  },
  300_000,
);
