import { describe, expect, test } from "vitest";
import { exportedPayment } from "../../bin/import/exportedPayment.ts";
import { callsOf, proveStates } from "../../bin/import/proveStates.ts";
import type { Evidence } from "../../bin/import/readEvidence.ts";
import type { ChainMovement } from "../../reactor/chain/readMovements.ts";
import type { BankTransaction } from "../../reactor/juno/reply.ts";

const [BRIDGE, ESCROW, JUNO, TOKEN] = ["0xb0", "0xe0", "0x10", "0x70"].map((begin) => begin.padEnd(42, "0")) as [
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
];
const CLABE = "646180110400000007";
const PAYOUT = "002115016003269411";
const UNITS = 1_500_000_000n;

const row = (id: number, change: Record<string, unknown> = {}) =>
  exportedPayment.parse({
    ...{ id, status: "active", amount: "1500.00", customer_id: "u-7", payer_name: "Ana", deposit_clabe: CLABE },
    ...{ recipient_name: "Beto", payout_clabe: PAYOUT, created_at: "2025-06-01T10:00:00Z" },
    ...{ custody_end: "2025-06-23T00:00:00Z", transaction_id: `iss-${id}`, smart_contract_escrow_id: String(id) },
    ...change,
  });
const at = (minutes: number) => Date.parse("2025-06-01T10:00:00Z") + minutes * 60_000;
const bank = (type: BankTransaction["type"], id: string, minutes: number, change: Partial<BankTransaction> = {}) => ({
  ...({ id, type, status: "COMPLETE", amountBaseUnits: UNITS, currency: "MXNB", refunded: false } as const),
  ...{ createdAtMs: at(minutes), updatedAtMs: at(minutes), ...change },
});
const log = (kind: string, txHash: string, change: Partial<ChainMovement>): ChainMovement => ({
  ...{ kind, txHash, logIndex: 0, contract: null, escrowId: null, from: null, to: null, amountBaseUnits: null },
  ...{ blockNumber: 9n, atMs: at(30), ...change },
});
const moved = (txHash: string, from: string, to: string) =>
  log("Transfer", txHash, { from, to, amountBaseUnits: UNITS });

/** What outside shows of payment `id`, as far as a stage. */
const STAGES = ["issued", "active", "released", "returned", "paid"] as const;
function shown(id: number, upTo: (typeof STAGES)[number]) {
  const has = (stage: (typeof STAGES)[number]) => STAGES.indexOf(stage) <= STAGES.indexOf(upTo);
  const escrowId = String(id);
  return {
    transactions: [
      bank("ISSUANCE", `iss-${id}`, id, { receiverClabe: CLABE }),
      ...(has("active") ? [bank("CRYPTO_WITHDRAWAL", `wit-${id}`, 10 + id, { address: BRIDGE })] : []),
      ...(has("paid") ? [bank("REDEMPTION", `red-${id}`, 50 + id, { bankAccountId: "acc-1" })] : []),
    ],
    movements: [
      ...(has("active")
        ? [log("EscrowCreated", `0xc${id}`, { escrowId }), log("EscrowFunded", `0xc${id}`, { escrowId })]
        : []),
      ...(has("released") ? [log("EscrowReleased", `0xd${id}`, { escrowId }), moved(`0xd${id}`, ESCROW, BRIDGE)] : []),
      ...(has("returned") ? [moved(`0xf${id}`, BRIDGE, JUNO)] : []),
    ],
    escrowId: has("active") ? escrowId : null,
  };
}

function evidence(...all: readonly ReturnType<typeof shown>[]): Evidence {
  const movements = all.flatMap((one) => one.movements);
  const escrow = {
    ...{ payer: BRIDGE, payee: BRIDGE, amountBaseUnits: UNITS, deadlineUnixS: 0, vertical: "", clabeReference: "" },
    ...({ status: "funded", conditions: "", token: TOKEN } as const),
  };
  const call = { from: BRIDGE, to: ESCROW, nonce: 1, data: "0x", gas: 1n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
  return {
    transactions: all.flatMap((one) => one.transactions),
    accounts: [{ id: "acc-1", tag: "", recipientLegalName: "Beto", clabe: PAYOUT }] as unknown as Evidence["accounts"],
    escrows: new Map(all.flatMap(({ escrowId }) => (escrowId === null ? [] : [[escrowId, escrow]]))),
    movements,
    calls: new Map(movements.map(({ txHash: hash }) => [hash, { hash, blockNumber: 9n, ...call }])),
    places: { bridge: BRIDGE, escrow: ESCROW, junoWallet: JUNO, mxnb: TOKEN },
  };
}

const stageOf = (payment: ReturnType<typeof row>, ...all: readonly ReturnType<typeof shown>[]) => {
  const [one] = proveStates([payment], evidence(...all));
  return one && ("refused" in one ? one.refused : one.stage);
};

test.each([
  ["pending", "pending", []],
  ["cancelled", "cancelled", []],
  ["processing", "processing", ["issued"]],
  ["active", "active", ["active"]],
  ["active", "releasing", ["released"]],
  ["releasing", "releasing", ["returned"]],
  ["completed", "completed", ["paid"]],
] as const)("what they call %s comes in as %s when that is what outside shows", (status, stage, [upTo]) => {
  const bare = { transaction_id: undefined, smart_contract_escrow_id: undefined };
  const payment = row(1, {
    status,
    ...(upTo === undefined && bare),
    ...(upTo === "issued" && { smart_contract_escrow_id: undefined }),
  });
  expect(stageOf(payment, ...(upTo === undefined ? [] : [shown(1, upTo)]))).toBe(stage);
});

describe("a payment stays outside", () => {
  test("whose payout is at the bank while its words say that it is not made", () => {
    expect(stageOf(row(1), shown(1, "paid"))).toMatch(/dice «active»; .* el pago hecho/);
  });

  test("whose words say that it was paid while the bank shows no payout", () => {
    expect(stageOf(row(1, { status: "completed" }), shown(1, "returned"))).toMatch(/0 pagos SPEI/);
    expect(stageOf(row(1, { status: "completed", juno_payment_id: "red-1" }), shown(1, "returned"))).toMatch(/red-1/);
  });

  test("whose issuance is missing, of another amount, refunded, or named twice", () => {
    expect(stageOf(row(1, { transaction_id: undefined }), shown(1, "active"))).toMatch(/transaction_id: falta/);
    expect(stageOf(row(1, { transaction_id: "iss-9" }), shown(1, "active"))).toMatch(/no muestra la emisión iss-9/);
    expect(stageOf(row(1, { amount: "1500.01" }), shown(1, "active"))).toMatch(/otro monto|no muestra la emisión/);
    const twice = proveStates(
      [row(1), row(2, { transaction_id: "iss-1" })],
      evidence(shown(1, "active"), shown(2, "active")),
    );
    const { transactions, ...rest } = evidence(shown(1, "active"));
    const refunded = transactions.map((one) => (one.type === "ISSUANCE" ? { ...one, refunded: true } : one));
    const [gone] = proveStates([row(1)], { ...rest, transactions: refunded });
    expect(gone).toMatchObject({ refused: expect.stringContaining("no muestra la emisión iss-1") });
    const said = { refused: expect.stringContaining("nombra también") };
    expect(twice).toMatchObject([said, said]);
  });

  test("whose escrow is not there, is of another amount, or was moved by somebody else", () => {
    expect(stageOf(row(1, { smart_contract_escrow_id: "8" }), shown(1, "active"))).toMatch(/8 no existe/);
    const seen = evidence(shown(1, "active"));
    const stranger = new Map([...seen.calls].map(([hash, call]) => [hash, { ...call, from: "0x99" }]));
    expect(proveStates([row(1)], { ...seen, calls: stranger })).toMatchObject([
      { refused: expect.stringMatching(/alguien que no es/) },
    ]);
  });

  test("when what it does not name could be another's", () => {
    // Two processing payments of one amount and one withdrawal: which of them it was nobody can tell.
    const rows = [1, 2].map((id) => row(id, { status: "processing", smart_contract_escrow_id: undefined }));
    const one = { ...shown(1, "active"), movements: [], escrowId: null };
    const judged = proveStates(rows, evidence(one, shown(2, "issued")));
    expect(judged.map((each) => "refused" in each && each.refused)).toEqual([
      expect.stringMatching(/1 retiros iguales/),
      expect.stringMatching(/1 retiros iguales/),
    ]);
    const named = rows.map((each, index) => (index === 0 ? { ...each, withdrawal_id: "wit-1" } : each));
    expect(proveStates(named, evidence(one, shown(2, "issued")))).toMatchObject([
      { stage: "processing", withdrawal: { id: "wit-1" } },
      { stage: "processing", withdrawal: null },
    ]);
  });

  test("whose withdrawal may have funded an escrow that no row names", () => {
    const processing = row(1, { status: "processing", smart_contract_escrow_id: undefined });
    const { movements, ...bridged } = shown(1, "active");
    expect(stageOf(processing, { ...bridged, movements: [] })).toBe("processing");
    const funded = [...movements, moved("0xc1", BRIDGE, ESCROW)];
    expect(stageOf(processing, { ...bridged, movements: funded })).toMatch(/en 0xc1 un escrow de su monto/);
  });

  test("while a deposit like its own is listed that no row which comes in names", () => {
    const bare = { transaction_id: undefined, smart_contract_escrow_id: undefined };
    const pending = row(1, { status: "pending", ...bare });
    expect(stageOf(pending, shown(2, "issued"))).toMatch(/la emisión iss-2, igual a la suya/);
    // Named by a row that comes in it is that one's; by one that stays outside it is nobody's, and the machine would give it.
    const other = (status: string) => row(2, { status, smart_contract_escrow_id: undefined });
    expect(proveStates([pending, other("processing")], evidence(shown(2, "issued")))).toMatchObject([
      { stage: "pending", issuance: null },
      { stage: "processing" },
    ]);
    expect(proveStates([pending, other("completed")], evidence(shown(2, "issued")))).toMatchObject([
      { refused: expect.stringContaining("iss-2") },
      { refused: expect.any(String) },
    ]);
  });
});

test("payments of one amount get each their own withdrawal, return and payout; none is given twice", () => {
  const rows = [1, 2].map((id) => row(id, { status: "completed" }));
  const judged = proveStates(rows, evidence(shown(1, "paid"), shown(2, "paid")));
  expect(judged).toMatchObject(
    [1, 2].map((id) => ({
      ...{ stage: "completed", withdrawal: { id: `wit-${id}` }, returnHash: `0xf${id}` },
      parts: [{ redemption: { id: `red-${id}` } }],
    })),
  );
});

test("each call gets the generation that the machine would have given it", () => {
  const [one] = proveStates([row(1)], evidence(shown(1, "returned")));
  if (one === undefined || "refused" in one) throw new Error("It is borne out.");
  expect(callsOf(one)).toEqual([
    { action: "createEscrow", generation: 0, hash: "0xc1" },
    { action: "release", generation: 0, hash: "0xd1" },
    { action: "returnToJuno", generation: 0, hash: "0xf1" },
  ]);
});
