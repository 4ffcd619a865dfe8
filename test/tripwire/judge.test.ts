import { expect, test } from "vitest";
import type { BankTransaction } from "../../reactor/juno/reply.ts";
import { judgeBank } from "../../tripwire/judgeBank.ts";
import { judgeChain, type Transfer } from "../../tripwire/judgeChain.ts";

const [bridge, escrow, junoWallet, stranger] = ["0xb1", "0xe5", "0xc0", "0xbad"];
const ours = { bridge, escrow, junoWallet, platformWallet: bridge };
/** Another lane's, through which nothing of these tests goes but where it says so. */
const other = { bridge: "0xb2", escrow: "0xe6", junoWallet, platformWallet: "0xb2" } as const;
const AMOUNT = 1_500_000_000n;

const listed = (id: string, type: BankTransaction["type"], change: Partial<BankTransaction> = {}): BankTransaction => ({
  id,
  type,
  status: "COMPLETE",
  amountBaseUnits: AMOUNT,
  currency: "MXN",
  createdAtMs: Number(id),
  updatedAtMs: Number(id),
  refunded: false,
  ...change,
});
const payment = [
  listed("1", "ISSUANCE"),
  listed("2", "CRYPTO_WITHDRAWAL", { address: "0xb1" }),
  listed("3", "CRYPTO_DEPOSIT"),
  listed("4", "REDEMPTION"),
];
const bank = (...more: BankTransaction[]) =>
  judgeBank([...payment, ...more], { bridges: [bridge], sureFromMs: 0, splits: [] });

test("a payment's whole way is no finding at the bank", () => {
  expect(bank()).toEqual([]);
});

test.each(["REDEMPTION", "CRYPTO_WITHDRAWAL"] as const)(
  "a %s more than came in is, with its amount and its id",
  (type) => {
    expect(bank(listed("5", type))).toMatchObject(
      [{ key: "bank:surplus:5", why: /\$1,500\.00.* 5 sobra/ }].map(matching),
    );
  },
);

test("a debit that failed moved nothing, and the one that replaces it is no finding", () => {
  const failed = payment.map((one) => (one.id === "4" ? listed("4", "REDEMPTION", { status: "FAILED" }) : one));
  expect(judgeBank([...failed, listed("5", "REDEMPTION")], { bridges: [bridge], sureFromMs: 0, splits: [] })).toEqual(
    [],
  );
});

test("a deposit that is paid on in parts is none, and one of its parts too many is", () => {
  const part = (id: string, type: BankTransaction["type"], amountBaseUnits: bigint) =>
    listed(id, type, { amountBaseUnits, ...(type === "CRYPTO_WITHDRAWAL" && { address: "0xb1" }) });
  const parted = [
    listed("1", "ISSUANCE"),
    part("2", "REDEMPTION", 300_000_000n),
    part("3", "CRYPTO_WITHDRAWAL", 1_200_000_000n),
  ];
  const known = { bridges: [bridge], sureFromMs: 0 };
  const splits = [{ wholeBaseUnits: AMOUNT, partsBaseUnits: [1_200_000_000n, 300_000_000n] }];
  expect(judgeBank(parted, { ...known, splits })).toEqual([]);
  expect(judgeBank([...parted, part("4", "REDEMPTION", 300_000_000n)], { ...known, splits })).toMatchObject([
    { key: "bank:surplus:4" },
  ]);
  expect(judgeBank(parted, { ...known, splits: [] })).toHaveLength(2);
});

test("an issuance that failed pays for no withdrawal", () => {
  const failed = payment.map((one) => (one.id === "1" ? listed("1", "ISSUANCE", { status: "FAILED" }) : one));
  expect(judgeBank(failed, { bridges: [bridge], sureFromMs: 0, splits: [] })).toMatchObject([
    { key: "bank:surplus:2" },
  ]);
});

test("a withdrawal to another lane's bridge is none", () => {
  const known = { bridges: [bridge, other.bridge], sureFromMs: 0, splits: [] };
  const whole = [listed("1", "ISSUANCE"), listed("2", "CRYPTO_WITHDRAWAL", { address: other.bridge })];
  expect(judgeBank(whole, known)).toEqual([]);
});

test("a withdrawal to anybody but the bridge is a finding, and one whose address is not read yet is none", () => {
  const paidIn = listed("5", "ISSUANCE");
  expect(bank(paidIn, listed("6", "CRYPTO_WITHDRAWAL", { address: "0xbad" }))).toMatchObject(
    [{ key: "bank:strayed:6", why: /0xbad/ }].map(matching),
  );
  expect(bank(paidIn, listed("6", "CRYPTO_WITHDRAWAL"))).toEqual([]);
});

const moved = (id: string, from: string, to: string, amountBaseUnits = AMOUNT): Transfer => ({
  id: `0x${id}:0`,
  hash: `0x${id}`,
  from,
  to,
  amountBaseUnits,
  blockNumber: Number(id),
});
const way = [
  moved("1", junoWallet, bridge),
  moved("2", bridge, escrow),
  moved("3", escrow, bridge),
  moved("4", bridge, junoWallet),
];
const chain = (...more: Transfer[]) => judgeChain([...way, ...more], [ours, other], 0);

test("a payment's whole way is no finding on chain", () => {
  expect(chain()).toEqual([]);
});

test.each([
  ["the bridge", bridge],
  ["the escrow", escrow],
])("MXNB from %s to a stranger is", (_who, from) => {
  expect(chain(moved("5", from, stranger))).toMatchObject([{ key: "chain:strayed:0x5:0", why: /0xbad/ }].map(matching));
});

test.each([
  ["the escrow", escrow],
  ["Juno", junoWallet],
])("a second transfer from the bridge to %s without one into it is", (_who, to) => {
  expect(chain(moved("5", bridge, to))).toMatchObject([{ key: "chain:surplus:0x5:0" }]);
});

test("a transfer of nothing is none: anybody can make the token log one in our name", () => {
  expect(chain(moved("5", bridge, stranger, 0n))).toEqual([]);
});

test("what the contract gives to its platform wallet is none", () => {
  expect(judgeChain([moved("1", escrow, "0xf1")], [{ ...ours, platformWallet: "0xf1" }], 0)).toEqual([]);
});

const matching = ({ key, why }: { key: string; why: RegExp }) => ({ key, why: expect.stringMatching(why) });

test("what goes from one lane to another is a finding, whichever of the two it leaves", () => {
  expect(chain(moved("5", bridge, other.escrow))).toMatchObject([{ key: "chain:strayed:0x5:0" }]);
  expect(chain(moved("5", other.escrow, bridge))).toMatchObject([{ key: "chain:strayed:0x5:0" }]);
});

test("another lane's payments pass through its own wallets", () => {
  const way = [
    moved("5", junoWallet, other.bridge),
    moved("6", other.bridge, other.escrow),
    moved("7", other.escrow, other.bridge),
    moved("8", other.bridge, junoWallet),
  ];
  expect(chain(...way)).toEqual([]);
  expect(chain(...way.slice(1))).toMatchObject([{ key: "chain:surplus:0x6:0" }]);
});
