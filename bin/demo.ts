import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { apiAt, deposit, type EventView, type PaymentView } from "./demo/api.ts";
import { freePort } from "./stack/freePort.ts";
import { StackError } from "./stack/StackError.ts";
import { prepareStack, STOP_WITHIN_MS, type StackPlaces, startStack } from "./stack/startStack.ts";

/** `npm run demo`: Payment 81 from SPEI to SPEI on a stack of its own. Exit code 0 only if it completed. */

const CUSTODY_MS = 8_000;
const GIVE_UP_MS = 120_000;
const LOOK_EVERY_MS = 250;
const AMOUNT = "1500.00";

const { json } = parseArgs({ options: { json: { type: "boolean", default: false } } }).values;
const say = (line: string) => (json ? process.stderr : process.stdout).write(`${line}\n`);

async function demo(): Promise<number> {
  const checkout = resolve(import.meta.dirname, "..");
  const options = {
    checkout,
    // Beside the state of a person's own start, which may be running.
    stateFolder: join(checkout, ".kustodia", "demo"),
    env: {},
    apiPort: await freePort(),
    ponderPort: await freePort(),
    shape: "one-step",
    fresh: true,
    say,
  } as const;
  const prepared = await prepareStack(options);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void prepared.supervisor.stopAll(STOP_WITHIN_MS).finally(() => process.exit(1)));
  }
  try {
    say("Iniciando el sistema completo… / Starting the whole system…");
    const { places } = await startStack(options, prepared);
    return await followPayment81(places);
  } finally {
    await prepared.supervisor.stopAll(STOP_WITHIN_MS);
  }
}

async function followPayment81(places: StackPlaces): Promise<number> {
  if (places.apiKey === undefined) throw new Error("The demo runs on a local chain, whose start has a key.");
  const api = apiAt(places.api, places.apiKey);
  const startedMs = performance.now();
  const created = await api.createPayment({
    id: 81,
    amount: AMOUNT,
    payer: { id: "cliente-81", name: "Compradora de Prueba" },
    payout_clabe: "032180000118359719",
    recipient: { legal_name: "Vendedor de Prueba SA de CV" },
    custody_end: new Date(Date.now() + CUSTODY_MS).toISOString(),
    description: "Pago 81, de principio a fin",
  });
  if (places.sandbox === undefined) throw new Error("The demo needs the sandbox bank, and a bank was configured.");
  await deposit(places.sandbox, { clabe: created.deposit_clabe, amount: AMOUNT });

  let shown = 0;
  let payment = created;
  let events: readonly EventView[] = [];
  while (performance.now() - startedMs < GIVE_UP_MS) {
    payment = await api.payment(81);
    events = await api.events(81);
    for (const event of events.slice(shown)) say(timelineLine(event));
    shown = events.length;
    if (["completed", "review", "expired", "cancelled"].includes(payment.status)) break;
    await sleep(LOOK_EVERY_MS);
  }
  const elapsedMs = Math.round(performance.now() - startedMs);
  say(`\nPago 81: ${payment.status}. Monto por pagar: $${payment.amount_due}. ${(elapsedMs / 1_000).toFixed(1)} s.`);
  if (json) process.stdout.write(`${JSON.stringify(summary(payment, events, elapsedMs))}\n`);
  return payment.status === "completed" && payment.amount_due === "0.00" ? 0 : 1;
}

function timelineLine({ created_at, type, description }: EventView): string {
  return `${created_at.slice(11, 23)}  ${type.padEnd(22)}  ${description}`;
}

function summary(payment: PaymentView, events: readonly EventView[], elapsedMs: number) {
  const { id, status } = payment;
  // An integer of centavos is exact in JSON up to 90 million million pesos.
  const centavos = (decimal: string) => Number.parseInt(decimal.replace(".", ""), 10);
  return {
    payment: {
      id,
      status,
      amountCentavos: centavos(payment.amount),
      amountDueCentavos: centavos(payment.amount_due),
      escrowId: payment.smart_contract_escrow_id,
    },
    events: events.map(({ type, description, created_at }) => ({ type, description, at: created_at })),
    transactions: payment.transactions,
    elapsedMs,
  };
}

try {
  process.exitCode = await demo();
} catch (error) {
  process.stderr.write(
    `${error instanceof StackError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = 1;
}
