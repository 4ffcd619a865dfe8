import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { killSwitchAt } from "../../bin/operate/killSwitchAt.ts";
import type { Environment } from "../../bin/stack/planStack.ts";
import { untilLeg } from "../faults/support/legs.ts";
import { type FreshSystem, freshSystem } from "../harness/freshSystem.ts";
import { apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { byTwo, post } from "./support/byTwo.ts";
import { CLABES, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { untilStatus } from "./support/untilStatus.ts";

const WITHIN_MS = 150_000;
const HOUR_MS = 3_600_000;
const CHECKOUT = resolve(import.meta.dirname, "../..");

const folder = mkdtempSync(join(tmpdir(), "kustodia-export-"));
const system = await freshSystem({ reactorEnv: { TIMERS: "off" } });
let other: FreshSystem | null = null;
afterAll(async () => {
  await other?.close();
  await system.close();
  rmSync(folder, { recursive: true });
});

type Row = Record<string, unknown>;
type Export = Readonly<{ payments: Row[]; escrows: Row[] }>;

/** What the client's tables would say of the system's payments: nothing of it is ours but what bank and chain gave. */
async function exported({ database: { pool } }: FreshSystem, custodyEnd: string): Promise<Export> {
  const { rows: payments } = await pool.query<Row>(`
    select payment.id, case
        when payment.status = 'completed' then 'completed' when payment.status = 'disputed' then 'disputed'
        when payment.status = 'pending' then 'pending' when custody.state = 'withdrawing' then 'processing'
        else 'active' end as status,
      (payment.amount_centavos / 100.0)::numeric(18, 2)::text as amount, customer_id, payer_name, deposit_clabe,
      seller.legal_name as recipient_name, seller.clabe as payout_clabe, deposit.carried ->> 'issuanceId' as transaction_id,
      to_char(payment.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created_at,
      (select outside_id from kustodia.attempt where leg_id = payout.id and action = 'redeem' and outcome = 'done')
        as juno_payment_id
    from kustodia.payment join kustodia.party on party.payment_id = payment.id
      join kustodia.leg deposit on deposit.payment_id = payment.id and deposit.kind = 'deposit'
      join kustodia.leg custody on custody.payment_id = payment.id and custody.kind = 'custody'
      join kustodia.leg payout on payout.payment_id = payment.id and payout.kind = 'payout'
      join kustodia.payout_account seller on seller.leg_id = payout.id and seller.payee = 'seller'
    order by payment.id`);
  const { rows: escrows } = await pool.query<Row>(`
    select distinct on (payment_id) payment_id, data ->> 'escrow_id' as smart_contract_escrow_id from kustodia.event
    where data ? 'escrow_id' order by payment_id`);
  return { payments: payments.map((row) => ({ ...row, custody_end: custodyEnd })), escrows };
}

/** Runs one of our programs as an operator does. */
function run(program: string, args: readonly string[], env: Environment) {
  const argv = ["--import", "tsx", join(CHECKOUT, "bin", program), ...args];
  const whole = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: "1", ...env };
  return new Promise<{ code: number; said: string }>((done) => {
    const child = execFile(process.execPath, argv, { cwd: CHECKOUT, env: whole }, (_error, out, errors) =>
      done({ code: child.exitCode ?? -1, said: `${out}${errors}` }),
    );
  });
}

test("payments of another system come in as bank and chain show them, what is not borne out stays outside by name, and each is paid once", async () => {
  const { sandbox } = system;
  const { pool } = system.database;
  const reactor = await system.startReactor();
  const api = apiOf(reactor, system);
  const create = (customer: string, amount: string, custodyMs: number) =>
    createPayment(api, { amount, customer, recipient: `Vendedora ${customer}`, custodyMs });
  const paid = await create("pagada", "1010.00", 1_000);
  const active = await create("activa", "1020.00", HOUR_MS);
  const disputed = await create("en disputa", "1030.00", HOUR_MS);
  const back = await create("de vuelta", "1040.00", 1_000);
  await pool.query("update kustodia.payment set held = true where id = $1", [active.id]);
  for (const payment of [paid, active, disputed, back]) await payDeposit(sandbox, payment);
  await untilLeg(pool, back.id, "custody", ({ state }) => ["releasing", "returning"].includes(state), WITHIN_MS);
  await pool.query("update kustodia.payment set held = true where id = $1", [back.id]);
  await untilStatus(api, disputed.id, "active");
  await post(reactor, system.persons[0], `/api/payments/${disputed.id}/dispute`, { reason: "no llegó" });
  await untilLeg(pool, disputed.id, "custody", ({ state }) => state === "disputed", WITHIN_MS);
  await untilStatus(api, active.id, "active");
  await untilStatus(api, paid.id, "completed");
  await untilLeg(pool, back.id, "payout", ({ reason }) => reason === "held", WITHIN_MS);
  await killSwitchAt(reactor.url, system.apiKey).pull("el corte");
  const issued = await create("emitida", "1050.00", 1_000);
  await payDeposit(sandbox, issued);
  await untilLeg(pool, issued.id, "custody", ({ reason }) => reason === "killed", WITHIN_MS);
  const pending = await create("sin depósito", "1060.00", 1_000);
  await reactor.stop();
  await system.ponder.stop();
  const whole = await exported(system, new Date().toISOString());

  // Our database is thrown away. Of the new file one row says what the bank does not, one cannot be read.
  other = await freshJourney({ beside: system, reactorEnv: { TIMERS: "off" } });
  const wrong = whole.payments.map((row) =>
    row.id === paid.id
      ? { ...row, status: "active", juno_payment_id: null }
      : row.id === pending.id
        ? { ...row, payout_clabe: "012180000118359714" }
        : row,
  );
  const file = (name: string, content: Export) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const wrongFile = file("wrong.json", { ...whole, payments: wrong });
  const wholeFile = file("whole.json", whole);
  const env = other.environment;
  const stored = async () => (await other?.database.pool.query("select id from kustodia.payment order by id"))?.rows;

  const tried = await run("import.ts", [wholeFile, "--dry-run"], env);
  expect(tried).toMatchObject({ code: 0, said: expect.stringContaining("6 de 6 pagos entrarían") });
  expect(await stored()).toEqual([]);
  const first = await run("import.ts", [wrongFile], env);
  expect(first.said).toContain("dice «active»; el banco y la cadena muestran el pago hecho");
  expect(first.said).toContain("payout_clabe: «012180000118359714» no; una CLABE");
  expect(first).toMatchObject({ code: 1, said: expect.stringContaining("4 de 6 pagos están dentro") });
  const second = await run("import.ts", [wholeFile], env);
  expect(second).toMatchObject({ code: 0, said: expect.stringContaining("6 de 6 pagos están dentro") });
  expect(second.said.match(/ya estaba/g)).toHaveLength(4);
  expect(await stored()).toHaveLength(6);

  const again = await other.startReactor("again");
  const apiAgain = apiOf(again, other);
  await untilLeg(other.database.pool, disputed.id, "custody", ({ state }) => state === "disputed", WITHIN_MS);
  await byTwo(again, other, `/api/payments/${disputed.id}/ruling`, { for: "seller", reason: "sí llegó" });
  await payDeposit(sandbox, pending);
  const all = [paid, active, disputed, back, issued, pending];
  for (const { id } of all) await untilStatus(apiAgain, id, "completed", WITHIN_MS);
  const { spei_out: payouts, orders } = await readBankBooks(sandbox);
  for (const { amountCentavos, payoutClabe } of all) {
    expect(payouts.filter(({ amount }) => amount === amountCentavos)).toMatchObject([{ clabe: payoutClabe }]);
    const withdrawals = orders.filter(({ type, amount }) => type === "CRYPTO_WITHDRAWAL" && amount === amountCentavos);
    expect(withdrawals).toHaveLength(1);
  }
  expect(payouts.every(({ clabe }) => clabe === CLABES.bbva)).toBe(true);
  await booksAgree(
    other,
    all.map((payment) => ({ ...payment, stage: "paid" })),
  );
  const reconciled = await run("reconcile.ts", ["--json", "--full"], env);
  expect(reconciled.said).toContain('"payments":6,"matched":6,"breaks":0,"differenceCentavos":0');
  expect(reconciled.code).toBe(0);
}, 600_000);
