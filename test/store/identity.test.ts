import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { takeIdentity } from "../../reactor/store/identity.ts";
import { cutOff, freshStore, livingReactors } from "./freshStore.ts";

const store = await freshStore();
afterAll(() => store.close());

test("each reactor has a number of its own, and a sign of life while its session lives", async () => {
  const reactors = await Promise.all(Array.from({ length: 4 }, () => takeIdentity(store.url, () => undefined)));
  expect(new Set(reactors.map((one) => one.holder())).size).toBe(4);
  await Promise.all(reactors.map((one) => one.assertAlive(one.holder())));
  await Promise.all(reactors.map((one) => one.close()));
});

test("a session that breaks is told; nothing is claimed or sent until there is a new one, under a new number", async () => {
  const told: Error[] = [];
  const reactor = await takeIdentity(store.url, (error) => told.push(error));
  const number = reactor.holder();
  await cutOff(store.pool, number);
  await expect(reactor.assertAlive(number)).rejects.toThrow();
  await expect.poll(() => told.length).toBeGreaterThan(0);
  expect(() => reactor.holder()).toThrow(/session with Postgres is lost/);
  await expect.poll(() => isBack(reactor), { timeout: 10_000 }).toBe(true);
  expect(reactor.holder()).not.toBe(number);
  await reactor.assertAlive(reactor.holder());
  await expect(reactor.assertAlive(number)).rejects.toThrow(`what it claimed as ${number} is not sent`);
  await reactor.close();
});

test("a reactor that is closed stays closed", async () => {
  const reactor = await takeIdentity(store.url, () => undefined);
  expect(await livingReactors(store.pool)).toBe(1);
  await reactor.close();
  await sleep(1_500);
  expect(await livingReactors(store.pool)).toBe(0);
});

async function isBack(reactor: Awaited<ReturnType<typeof takeIdentity>>): Promise<boolean> {
  try {
    await reactor.assertAlive(reactor.holder());
    return true;
  } catch {
    return false;
  }
}
