import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { drizzle } from "drizzle-orm/node-postgres";
import { createPublicClient, http, stringToHex } from "viem";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { completed, readBankBooks } from "../../bin/audit/bankBooks.ts";
import { readChainBooks } from "../../bin/audit/chainBooks.ts";
import type { RunningReactor } from "../../bin/stack/startReactor.ts";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import { verifyHistory } from "../../reactor/books/verifyHistory.ts";
import type { FreshSystem } from "../harness/freshSystem.ts";
import { type Api, apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { type CreatedPayment, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { JOURNEY_MS, WHOLE_PAYMENT_MS } from "./support/untilStatus.ts";

vi.setConfig({ testTimeout: JOURNEY_MS });

const BEFORE_FUNDING = [
  "pago_creado",
  "deposito_detectado",
  "deposito_emitido",
  "retiro_iniciado",
  "retiro_completado",
];
const AFTER_FUNDING = [
  "custodia_activa",
  "custodia_vencida",
  "escrow_liberado",
  "retorno_enviado",
  "retorno_acreditado",
  "pago_iniciado",
  "cuenta_registrada",
  "pago_spei_listo",
  "pago_spei_enviado",
  "pago_completado",
];

const SHAPES = [
  {
    shape: "one-step",
    funding: ["escrow_fondeado"],
    calls: ["createEscrow", "release", "returnToJuno"],
  },
  {
    shape: "two-step",
    funding: ["escrow_creado", "escrow_fondeado"],
    calls: ["createEscrow", "fundEscrow", "release", "returnToJuno"],
  },
] as const;

describe.each(SHAPES)("on the $shape contract", ({ shape, funding, calls }) => {
  const customer = "cliente-feliz";
  const recipient = "Vendedora Única SA de CV";
  // Not at the top of the file, as elsewhere: the second system starts when the first one has ended.
  let system: FreshSystem;
  let reactor: RunningReactor;
  let api: Api;
  let payment: CreatedPayment;
  beforeAll(async () => {
    // The last test garbles the bank's list.
    system = await freshJourney({ shape, reactorEnv: { TIMERS: "off" }, unclassified: /answer is not JSON/ });
    reactor = await system.startReactor();
    api = apiOf(reactor, system);
    payment = await createPayment(api, { amount: "1500.50", customer, recipient });
  });
  afterAll(() => system.close());

  test("a payment goes from pending to completed, and what is still due goes to zero at the end and not before", async () => {
    const following = followStandings(api, payment.id);
    await payDeposit(system.sandbox, payment);
    expect(await following).toEqual([
      "pending, $1500.50 due",
      "processing, $1500.50 due",
      "active, $1500.50 due",
      "completed, $0.00 due",
    ]);
  });

  test("its history has each step once, in order", async () => {
    const types = (await api.events(payment.id)).map(({ type }) => type);
    // Comes only when the bank lists the SPEI deposit in an earlier reading than its issuance.
    const steps = types.filter((type) => type !== "emision_detectada");
    expect(steps).toEqual([...BEFORE_FUNDING, ...funding, ...AFTER_FUNDING]);
  });

  test("it names the escrow, its transactions, and the bank's own references", async () => {
    const view = await api.payment(payment.id);
    const bank = await readBankBooks(system.sandbox);
    const [escrow] = (await readChainBooks(system)).escrows;
    const [issuance, withdrawal, credit, redemption] = (
      ["ISSUANCE", "CRYPTO_WITHDRAWAL", "CRYPTO_DEPOSIT", "REDEMPTION"] as const
    ).map((type) => completed(bank, type)[0]?.id);
    expect(view).toMatchObject({
      smart_contract_escrow_id: escrow?.id,
      reference: bank.spei_in[0]?.trackingKey,
      transaction_id: issuance,
      bank_references: {
        issuance_id: issuance,
        withdrawal_id: withdrawal,
        crypto_deposit_id: credit,
        redemption_id: redemption,
      },
    });
    expect(view.transactions.map(({ action }) => action)).toEqual(calls);
    for (const { hash, state } of view.transactions) {
      expect(hash).toMatch(/^0x[0-9a-f]{64}$/);
      expect(state).toBe("mined");
    }
  });

  test("the chain shows our reference and a keyed hash, and in no transaction a CLABE or a name", async () => {
    const [escrow] = (await readChainBooks(system)).escrows;
    const { rows } = await system.database.pool.query<{ salt: string; mark: string }>(
      "select salt, left(installation.id::text, 8) as mark from kustodia.party, kustodia.installation",
    );
    const { salt = "", mark = "" } = rows[0] ?? {};
    expect(escrow?.clabe).toBe(createHmac("sha256", salt).update(payment.payoutClabe).digest("hex"));
    expect(escrow?.conditions).toBe(`kustodia:${mark}:${payment.id}`);

    const inputs = await everyInput(system);
    expect(inputs).toContain(hexOf(`kustodia:${mark}:${payment.id}`));
    for (const secret of [payment.payoutClabe, payment.depositClabe, recipient, customer, salt]) {
      expect(inputs).not.toContain(hexOf(secret));
    }
  });

  test("its events and entries are sealed behind it, hold, and name neither buyer nor seller", async () => {
    const { pool } = system.database;
    const db = drizzle({ client: pool });
    const { firstBreak } = await until("the whole history sealed", 30_000, async () => {
      const verdict = await verifyHistory(db);
      return verdict.unsealed === 0 ? verdict : undefined;
    });
    expect(firstBreak).toBeNull();
    const { rows } = await pool.query<{ source: string; count: number }>(
      "select source, count(*)::int from kustodia.seal where payment_id = $1 group by source order by source",
      [payment.id],
    );
    const events = await api.events(payment.id);
    // Two for the deposit, and for each order two when it left and two when it was proven.
    expect(rows).toEqual([
      { source: "entry", count: 2 + 4 * (shape === "one-step" ? 5 : 6) },
      { source: "event", count: events.length },
    ]);
    const told = await pool.query<{ event: string }>("select row_to_json(event)::text as event from kustodia.event");
    const history = told.rows.map(({ event }) => event).join("\n");
    for (const secret of [payment.payoutClabe, payment.depositClabe, recipient, `Compradora ${customer}`]) {
      expect(history).not.toContain(secret);
    }
  });

  test("each process says on the console the line that the client's people grep for", async () => {
    for (const process of ["deposits", "custodies", "sync"] as const) await api.trigger(process);
    const lines = readFileSync(reactor.logPath, "utf8").split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "🔍 Revisando nuevos depósitos SPEI...",
        "⏰ Revisando custodias expiradas...",
        "🔄 Sincronizando estados con blockchain...",
      ]),
    );
  });

  test("our books, the bank's and the chain's agree", async () => {
    await booksAgree(system, [{ ...payment, stage: "paid" }]);
  });

  test("a process that fails says so on the console and to who asked for it, and the next run goes on", async () => {
    // A read is tried three times before the process gives up.
    const garbled = { kind: "malformed-json", endpoint: "GET /mint_platform/v1/transactions", times: 3 } as const;
    await turnDial(system.sandbox, [garbled]);
    await expect(api.trigger("deposits")).rejects.toThrow("Error en proceso automático deposits");
    expect(readFileSync(reactor.logPath, "utf8")).toContain("❌ Error procesando: deposits: ");
    await expect(api.trigger("deposits")).resolves.toEqual({ looked: 0, changed: 0, assigned: 0 });
  });
});

/** Every status that the API says, with what is due, until the payment is completed. */
async function followStandings(api: Api, id: number): Promise<readonly string[]> {
  const standings: string[] = [];
  await until(`payment ${id} completed`, WHOLE_PAYMENT_MS, async () => {
    const { status, amount_due } = await api.payment(id);
    const standing = `${status}, $${amount_due} due`;
    if (standings.at(-1) !== standing) standings.push(standing);
    return status === "completed" ? status : undefined;
  });
  return standings;
}

const hexOf = (text: string) => stringToHex(text).slice(2);

/** The input data of every transaction that the chain has, in hex. */
async function everyInput({ anvil }: FreshSystem): Promise<string> {
  const rpc = createPublicClient({ transport: http(anvil.rpcUrl) });
  const latest = Number(await rpc.getBlockNumber());
  const blocks = await Promise.all(
    Array.from({ length: latest + 1 }, (_, number) =>
      rpc.getBlock({ blockNumber: BigInt(number), includeTransactions: true }),
    ),
  );
  return blocks.flatMap(({ transactions }) => transactions.map(({ input }) => input)).join("\n");
}
