import { sql } from "drizzle-orm";
import { afterAll, beforeEach, expect, test } from "vitest";
import { listClabes } from "../../reactor/juno/listClabes.ts";
import { keepSpareClabes } from "../../reactor/keepSpareClabes.ts";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import { countSpares, takeSpare } from "../../reactor/store/spareClabes.ts";
import { done } from "../juno/sandboxBank.ts";
import { openIdleReactor } from "./idleReactor.ts";

const idle = await openIdleReactor();
const { reactor, db, bank } = idle;
afterAll(() => idle.close());

const keep = (by = reactor) => keepSpareClabes(by, db);
const kept = () => countSpares(db, FIRST_ACCOUNT);
const openBeside = (account: string) =>
  db.execute(sql`insert into kustodia.lane (name, account, state, set_by, reason)
    values ('norte', ${account}, 'open', '{Ana,Beto}', 'prueba')`);

beforeEach(async () => {
  await db.execute("delete from kustodia.spare_clabe");
  await db.execute("delete from kustodia.lane where name <> 'principal'");
  await db.execute(sql`update kustodia.lane set state = 'open', set_by = null, reason = null`);
});

test("with one bank account none is kept: whoever is asked has its key", async () => {
  await openBeside(FIRST_ACCOUNT);
  await keep();
  expect(await kept()).toBe(0);
});

test("beside another account twenty are kept, and what is taken is made anew, each a CLABE of the bank's and nobody else's", async () => {
  await openBeside("norte");
  await keep();
  expect(await kept()).toBe(20);
  const taken = [await takeSpare(db, FIRST_ACCOUNT), await takeSpare(db, FIRST_ACCOUNT)];
  await keep();
  expect(await kept()).toBe(20);
  const { rows } = await db.execute<{ clabe: string }>("select clabe from kustodia.spare_clabe");
  const all = [...taken, ...rows.map(({ clabe }) => clabe)];
  expect(new Set(all).size).toBe(22);
  const made = new Set(done(await listClabes(reactor.world.juno)).map(({ clabe }) => clabe));
  expect(all.filter((clabe) => clabe === null || !made.has(clabe))).toEqual([]);
});

test("none is kept for an account that takes no new payments, nor by a reactor that only looks on", async () => {
  await openBeside("norte");
  await keep({ ...reactor, shadow: true });
  await db.execute(
    sql`update kustodia.lane set state = 'draining', set_by = '{Ana}', reason = 'prueba' where name = 'principal'`,
  );
  await keep();
  expect(await kept()).toBe(0);
});

test("a bank that does not answer leaves what there is, and is asked for the rest another time", async () => {
  await openBeside("norte");
  await bank.turnDial({ kind: "drop-before-accepting", endpoint: "POST /mint_platform/v1/clabes", times: 1 });
  await keep();
  expect(await kept()).toBe(0);
  await keep();
  expect(await kept()).toBe(20);
});
