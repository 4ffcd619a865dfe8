import { FIRST_ACCOUNT, FIRST_LANE } from "../../reactor/payments/lanes.ts";
import type { Database } from "../../reactor/store/database.ts";
import { type BankReading, saveBankReading } from "../../reactor/store/saveBankReading.ts";
import { AMOUNT_CENTAVOS, freshClabe } from "./freshStore.ts";

export const BRIDGE = "0xbridge";

type Transaction = BankReading["transactions"][number];
type Deposit = BankReading["deposits"][number];

/** A completed issuance of the tests' amount, made now. */
export function issuance(id: string, changes: Partial<Transaction> = {}): Transaction {
  return {
    id,
    type: "ISSUANCE",
    status: "COMPLETE",
    amountBaseUnits: AMOUNT_CENTAVOS * 10_000n,
    receiverClabe: freshClabe(),
    address: null,
    bankAccountId: null,
    txHash: null,
    fiatId: null,
    refunded: false,
    createdAtMs: Date.now(),
    updatedAtMs: Date.now(),
    ...changes,
  };
}

/** A SPEI of the tests' amount, arrived now. */
export function speiDeposit(fid: string, changes: Partial<Deposit> = {}): Deposit {
  const receiverClabe = freshClabe();
  return {
    fid,
    receiverClabe,
    amountCentavos: AMOUNT_CENTAVOS,
    status: "complete",
    createdAtMs: Date.now(),
    ...changes,
  };
}

/** Stores what the bank would list. @returns how much of it was news. */
export async function read(db: Database, lists: Partial<BankReading>): Promise<number> {
  const empty = {
    transactions: [],
    deposits: [],
    refunds: [],
    availableBaseUnits: null,
    ours: { lane: FIRST_LANE, account: FIRST_ACCOUNT, bridge: BRIDGE },
    newestReactor: 0,
  };
  const whole = { ...empty, startedAtMs: Date.now(), sinceMs: Date.now() - 60_000, ...lists };
  return (await saveBankReading(db, whole)).changed;
}
