import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keepSecrets } from "../../bin/stack/keepSecrets.ts";
import { provideTripwire } from "../../bin/stack/provideTripwire.ts";
import { provideTripwireRole } from "../../bin/stack/provideTripwireRole.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { migrate } from "../../reactor/store/migrate.ts";
import { assertMayPull, pull } from "../../tripwire/pull.ts";
import { freshDatabase } from "../harness/freshDatabase.ts";
import { openTestFolder } from "../harness/testFolder.ts";

const database = await freshDatabase();
const folder = openTestFolder();
/** A user of a configured database, as a hosting company gives one: owner of the tables, maker of no roles. */
const plainUrl = new URL(database.url);
plainUrl.username = `plain_${plainUrl.pathname.slice(1)}`;
plainUrl.password = "plain";
beforeAll(async () => {
  await database.pool.query(`create role ${plainUrl.username} login password 'plain'`);
  await database.pool.query(`alter database ${plainUrl.pathname.slice(1)} owner to ${plainUrl.username}`);
  await migrate(plainUrl.href);
});
afterAll(async () => {
  await database.close();
  folder.remove();
});

const pulls = async () =>
  (await database.pool.query("select why, pulled_by, finding from kustodia.kill_switch order by id")).rows;

test("the role that is made can pull, each finding once, also under the password of a later start", async () => {
  await provideTripwireRole(database.url, "first");
  const url = (await provideTripwireRole(database.url, "second")) ?? "";
  await assertMayPull(url);
  for (const finding of ["a", "b", "a"]) await pull(url, { key: finding, why: `se vio ${finding}` });
  expect(await pulls()).toEqual([
    { why: "se vio a", pulled_by: "tripwire", finding: "a" },
    { why: "se vio b", pulled_by: "tripwire", finding: "b" },
  ]);
});

test("a role that may not pull is refused at start", async () => {
  await database.pool.query(`revoke insert on kustodia.kill_switch from ${plainUrl.username}`);
  await expect(assertMayPull(plainUrl.href)).rejects.toThrow(/no puede insertar en kustodia\.kill_switch/);
});

test("without a key of its own, or a user who may make its role, it is not started, and the start says why", async () => {
  const supervisor = supervise(folder.path);
  const where = {
    checkout: resolve(import.meta.dirname, "../.."),
    facts: {},
    databaseUrl: plainUrl.href,
    secrets: keepSecrets(folder.path),
  };
  const withKey = { TRIPWIRE_JUNO_API_KEY: "key", TRIPWIRE_JUNO_API_SECRET: "secret" };
  expect(await provideTripwire(supervisor, { ...where, bank: "configured", configured: {} })).toMatch(
    /^NO vigila: falta TRIPWIRE_JUNO_API_KEY/,
  );
  expect(await provideTripwire(supervisor, { ...where, bank: "configured", configured: withKey })).toMatch(
    /^NO vigila: este usuario de la base no puede crear roles/,
  );
});
