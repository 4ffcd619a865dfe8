import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { createPublicClient, http } from "viem";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { z } from "zod";
import { completed, readBankBooks } from "../../bin/audit/bankBooks.ts";
import { nodeAt } from "../../bin/verifyReceipt/askNode.ts";
import { receiptFile } from "../../bin/verifyReceipt/receiptFile.ts";
import { type Verified, verifyReceipt } from "../../bin/verifyReceipt/verifyReceipt.ts";
import { type ReceiptView, receiptView } from "../../reactor/http/receipts/receiptView.ts";
import { dayView } from "../../reactor/http/reports/dayView.ts";
import { statementView } from "../../reactor/http/reports/statementView.ts";
import { dayInMexico } from "../../reactor/payments/mexicoTime.ts";
import type { FreshSystem } from "../harness/freshSystem.ts";
import { type Api, apiOf } from "./support/api.ts";
import { type CreatedPayment, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { JOURNEY_MS, untilStatus } from "./support/untilStatus.ts";

vi.setConfig({ testTimeout: JOURNEY_MS });

describe.each(["one-step", "two-step"] as const)("on the %s contract", (shape) => {
  const folder = mkdtempSync(join(tmpdir(), "kustodia-receipt-"));
  let system: FreshSystem;
  let url: string;
  let api: Api;
  let payment: CreatedPayment;
  let receipt: ReceiptView;

  beforeAll(async () => {
    system = await freshJourney({ shape });
    const reactor = await system.startReactor();
    api = apiOf(reactor, system);
    payment = await createPayment(api, { amount: "1500.50", customer: "cliente-del-comprobante" });
    await payDeposit(system.sandbox, payment);
    await untilStatus(api, payment.id, "completed");
    url = reactor.url;
    receipt = await read(receiptView, `/api/payments/${payment.id}/receipt`);
  }, JOURNEY_MS);
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await system.close();
  });

  async function read<Schema extends z.ZodType>(schema: Schema, path: string): Promise<z.output<Schema>> {
    const headers = { authorization: `Bearer ${system.apiKey}` };
    return schema.parse(await (await fetch(`${url}${path}`, { headers })).json());
  }
  /** Asked of the entries themselves. */
  async function balancesNow() {
    const { rows } = await system.database.pool.query<{ account: string; sum: string }>(
      "select account, sum(amount_centavos)::text from kustodia.entry group by account",
    );
    return rows.map(({ account, sum }) => ({ account, centavos: BigInt(sum) }));
  }
  const proofs = () => receipt.legs.flatMap(({ movements }) => movements.map(({ proof }) => proof));

  test("it tells each step once, in order, and nothing is left to come", () => {
    const told = receipt.legs.map(({ leg, movements }) => [leg, ...movements.map(({ step }) => step)]);
    const escrow = ["escrow_created", "funded", "escrow_funded", "left_escrow", "escrow_released"];
    expect(told).toEqual([
      ["deposit", "deposit_received", "issued"],
      ["custody", "withdrawn", "arrived", ...escrow, "returned", "credited"],
      ["payout", "paid_out"],
    ]);
    expect(receipt).toMatchObject({ pending: [], payment: { id: payment.id, amount: "1500.50", amount_due: "0.00" } });
    const moved = receipt.legs.flatMap(({ movements }) => movements.flatMap(({ amount }) => amount ?? []));
    expect(new Set(moved)).toEqual(new Set(["1500.50"]));
  });

  test("every id in it is the bank's own, and every hash the chain's", async () => {
    const bank = await readBankBooks(system.sandbox);
    const types = ["ISSUANCE", "CRYPTO_WITHDRAWAL", "CRYPTO_DEPOSIT", "REDEMPTION"] as const;
    const listed = types.flatMap((type) => completed(bank, type).map(({ id }) => id));
    const named = proofs().flatMap((proof) => (proof.kind === "bank_transaction" ? [proof.transaction_id] : []));
    expect(named.sort()).toEqual(listed.sort());

    const rpc = createPublicClient({ transport: http(system.anvil.rpcUrl) });
    const logs = proofs().filter((proof) => proof.kind === "chain_log");
    expect(logs).toHaveLength(7);
    for (const proof of logs) {
      const mined = await rpc.getTransactionReceipt({ hash: proof.transaction_hash as `0x${string}` });
      expect(proof).toMatchObject({ block_hash: mined.blockHash, block_number: String(mined.blockNumber) });
      expect(mined.logs.map(({ logIndex }) => logIndex)).toContain(proof.log_index);
    }
  });

  test("what Banxico asks for is as the bank gave it, and what it did not give is named and not made up", async () => {
    const bank = await readBankBooks(system.sandbox);
    const [deposit, payout] = [receipt.legs[0]?.movements[0]?.proof, receipt.legs[2]?.movements[0]?.proof];
    expect(deposit).toMatchObject({
      kind: "spei_deposit",
      cep: {
        clave_rastreo: bank.spei_in[0]?.trackingKey,
        beneficiary_clabe: payment.depositClabe,
        receiving_bank: { code: "710", name: "NVIO Pagos México" },
        amount: "1500.50",
        missing: [],
      },
    });
    expect(payout).toMatchObject({ cep: { clave_rastreo: null, sending_bank: { code: "710" } } });
    expect(payout).toMatchObject({ cep: { missing: ["clave_rastreo", "beneficiary_clabe"] } });
    const everyPayout = bank.spei_out.map(({ trackingKey }) => trackingKey);
    expect(everyPayout).toHaveLength(1);
    for (const key of everyPayout) expect(JSON.stringify(receipt)).not.toContain(key);
  });

  test("no name and no account of buyer or seller stands in it", () => {
    const text = JSON.stringify(receipt);
    for (const secret of [payment.payoutClabe, payment.recipient, "Compradora cliente"]) {
      expect(text).not.toContain(secret);
    }
    expect(receipt.legs[2]?.beneficiary).toEqual({
      payee: "seller",
      name: "V••• d••• P••• S••• d••• C•••",
      clabe: `••••${payment.payoutClabe.slice(-4)}`,
      bank: { code: "012", name: "BBVA Bancomer" },
    });
  });

  test("it says how far its history is sealed, as the seals have it", async () => {
    const { position, hash } = receipt.hash_chain ?? { position: 0, hash: "" };
    const { rows } = await system.database.pool.query<{ hash: string }>(
      "select hash from kustodia.seal where payment_id = $1 and position = $2",
      [payment.id, position],
    );
    expect(rows).toEqual([{ hash }]);
  });

  test("the day closes over it, place by place, and its customer's statement ends with nothing held", async () => {
    const today = dayInMexico(Date.now());
    const days = [today, dayInMexico(Date.now() - 3_600_000)];
    const views = await Promise.all([...new Set(days)].map((day) => read(dayView, `/api/reports/day/${day}`)));
    const places = views.flatMap((view) => view.places);
    for (const { opening, in: came, out, closing } of places) {
      expect(centavos(opening) + centavos(came) - centavos(out)).toBe(centavos(closing));
    }
    const came = (place: string) =>
      places.filter((one) => one.place === place).reduce((sum, one) => sum + centavos(one.in), 0n);
    // Juno twice: as the deposit is issued, and as the escrow's money comes back.
    expect([came("juno"), came("escrow"), came("beneficiary")]).toEqual([3001_00n, 1500_50n, 1500_50n]);
    const balances = new Map((await balancesNow()).map((row) => [row.account, row.centavos]));
    for (const { place, closing } of views[0]?.places ?? []) expect(balances.get(place) ?? 0n).toBe(centavos(closing));

    const statement = await read(statementView, "/api/customers/cliente-del-comprobante/statement");
    expect(statement).toMatchObject({ opening: "0.00", closing: "0.00" });
    expect(statement.lines).toMatchObject([
      { kind: "deposit", in: "1500.50", payment_id: payment.id, payment_status: "completed" },
      { kind: "payout", out: "1500.50", balance: "0.00" },
    ]);
  });

  test("it is verified by the node alone; the bank's part is listed as not checked", async () => {
    const { code, stdout } = await run(receipt, system.anvil.rpcUrl);
    const body = JSON.parse(stdout) as Verified;
    expect(body.findings.filter(({ differs }) => differs !== null)).toEqual([]);
    expect(code).toBe(0);
    expect(body.findings.length).toBeGreaterThan(70);
    for (const proof of proofs()) {
      const id = "transaction_id" in proof ? proof.transaction_id : "deposit_id" in proof ? proof.deposit_id : null;
      if (id !== null) expect(body.notChecked.join("\n")).toContain(id);
    }
  });

  const forgeries: readonly Readonly<{ what: string; forge: (text: string) => string; named: RegExp }>[] = [
    {
      what: "a larger amount everywhere",
      forge: (text) => text.replaceAll('"1500.50"', '"2500.50"'),
      named: /^(arrived|funded|left_escrow|returned): monto \/ amount/,
    },
    {
      what: "the amount of the tokens too",
      forge: (text) => text.replaceAll('"1500.50"', '"2500.50"').replaceAll('"1500500000"', '"2500500000"'),
      named: /monto en la cadena/,
    },
    {
      what: "a transaction that never was",
      forge: (text) =>
        changeProof(text, ({ transaction_hash }) => ({
          transaction_hash: `0x${"ab".repeat(32)}${transaction_hash.slice(66)}`,
        })),
      named: /^arrived: transacción/,
    },
    {
      what: "another block",
      forge: (text) => changeProof(text, ({ block_number }) => ({ block_number: String(BigInt(block_number) - 1n) })),
      named: /^arrived: número de bloque/,
    },
    {
      what: "another block's hash",
      forge: (text) => changeProof(text, () => ({ block_hash: `0x${"cd".repeat(32)}` })),
      named: /^arrived: hash del bloque/,
    },
    {
      what: "another receiver",
      forge: (text) => changeProof(text, () => ({ to: `0x${"ef".repeat(20)}` })),
      named: /^arrived: a \/ to/,
    },
    {
      what: "the escrow of another payment",
      forge: (text) => text.replace(`"payment":{"id":${payment.id}`, `"payment":{"id":${payment.id + 7}`),
      named: /^escrow \d+: pago/,
    },
    {
      what: "a step left out",
      forge: (text) => {
        const forged = JSON.parse(text) as ReceiptView;
        for (const leg of forged.legs) leg.movements = leg.movements.filter(({ step }) => step !== "returned");
        return JSON.stringify(forged);
      },
      named: /^lo que volvió a Juno/,
    },
    {
      what: "a part kept from the seller",
      forge: (text) => text.replace(/"leg":"payout","amount":"1500.50"/, '"leg":"payout","amount":"1400.50"'),
      named: /^suma de los pagos/,
    },
  ];

  test.each(forgeries)("a forger's receipt is refused, with what is forged: $what", async ({ forge, named }) => {
    const forged = forge(JSON.stringify(receipt));
    expect(forged).not.toBe(JSON.stringify(receipt));
    const verified = await verifyReceipt(receiptFile.parse(JSON.parse(forged)), nodeAt(system.anvil.rpcUrl), UNKNOWN);
    expect(verified.findings.filter(({ differs }) => differs !== null).map(({ what }) => what)).toEqual(
      expect.arrayContaining([expect.stringMatching(named)]),
    );
  });

  test("contracts that whoever verifies knows are held against its own", async () => {
    const { mxnb, escrow } = system.contracts;
    const known = ["--mxnb", mxnb, "--escrow", escrow];
    expect((await run(receipt, system.anvil.rpcUrl, ...known)).code).toBe(0);
    const { code, stdout } = await run(receipt, system.anvil.rpcUrl, "--mxnb", escrow);
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as Verified).findings.filter(({ differs }) => differs !== null)).toMatchObject([
      { what: "contrato MXNB / MXNB contract" },
    ]);
  });

  test("a node that is silent is no verdict", async () => {
    expect((await run(receipt, "http://127.0.0.1:9")).code).toBe(3);
  });

  /** What the command says and how it ends, as its own process without any configuration. */
  async function run(of: ReceiptView, rpc: string, ...options: readonly string[]) {
    const file = join(folder, "recibo.json");
    writeFileSync(file, JSON.stringify(of));
    const command = ["--import", "tsx", "bin/cli.ts", "verify-receipt", file, "--rpc", rpc, "--json", ...options];
    const env = { PATH: process.env.PATH, KUSTODIA_STATE_FOLDER: join(folder, "none") };
    return promisify(execFile)("node", command, { cwd: resolve(import.meta.dirname, "../.."), env }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
    );
  }
});

const centavos = (pesos: string) => BigInt(pesos.replace(".", ""));

const UNKNOWN = { mxnb: null, escrow: null };

type ChainProof = Extract<ReceiptView["legs"][number]["movements"][number]["proof"], { kind: "chain_log" }>;

/** Changes the proof of the tokens' arrival in the bridge wallet. */
function changeProof(text: string, change: (proof: ChainProof) => Partial<ChainProof>): string {
  const forged = JSON.parse(text) as ReceiptView;
  const arrived = forged.legs.flatMap(({ movements }) => movements).find(({ step }) => step === "arrived");
  if (arrived?.proof.kind !== "chain_log") throw new Error("This receipt shows no arrival.");
  Object.assign(arrived.proof, change(arrived.proof));
  return JSON.stringify(forged);
}
