import { afterAll, beforeAll, expect, test } from "vitest";
import { keepAllowance, moveLane } from "../../reactor/lane.ts";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { changeControl } from "../../reactor/store/controls.ts";
import { openIdleReactor, orderAtBank } from "./idleReactor.ts";

const idle = await openIdleReactor();
afterAll(() => idle.close());
const { reactor, db, config } = idle;
let bankAccountId = "";
beforeAll(async () => {
  await idle.fund("9000.00");
  bankAccountId = await idle.registered();
});

const OTHER = `0x${"5".repeat(40)}` as const;
const ordered = async (by: typeof reactor) => {
  const one = await idle.claimed("payout", "redeeming", { carried: { bankAccountId } }, by);
  await orderAtBank(by, one.lease, [{ ...one, action: "redeem" }]);
  return (await idle.attemptsOf(one.leg)).map(({ outcome, reason }) => `${outcome} ${reason}`);
};

test("a reactor that is configured with another address than the one in force does not start, and says which and by whom it is changed", async () => {
  const elsewhere = { addresses: { ...config.addresses, junoWallet: OTHER } };
  await expect(idle.another(elsewhere)).rejects.toThrow(
    new RegExp(`JUNO_WALLET es ${OTHER}, y rige ${config.addresses.junoWallet}.*dos personas`),
  );
});

test("once two persons have changed an address, who runs with the former one sends nothing, and who starts with the new one does", async () => {
  expect(await ordered(reactor)).toEqual(["done null"]);
  const change = {
    name: "juno_wallet",
    lane: FIRST_LANE,
    version: 2,
    value: OTHER,
    setBy: ["Ana", "Beto"],
    reason: "prueba",
  } as const;
  expect(await changeControl(db, change)).toBe(true);
  expect(await ordered(reactor)).toEqual(["refused killed"]);
  await keepAllowance(reactor);
  await moveLane(reactor);
  expect(await reactor.store.openTransactions(reactor.signer.address)).toEqual([]);
  await expect(idle.another()).rejects.toThrow("JUNO_WALLET");
  const started = await idle.another({ addresses: { ...config.addresses, junoWallet: OTHER } });
  expect(await ordered(started)).toEqual(["done null"]);
});
