import type { BankSend, ChainSend } from "../payments/table.ts";
import { createEscrow } from "./createEscrow.ts";
import { dispute } from "./dispute.ts";
import { fundEscrow } from "./fundEscrow.ts";
import type { BankPerformer, ChainPerformer } from "./order.ts";
import { redeem } from "./redeem.ts";
import { registerAccount } from "./registerAccount.ts";
import { release } from "./release.ts";
import { resolveForBuyer, resolveForSeller } from "./resolveDispute.ts";
import { returnToJuno } from "./returnToJuno.ts";
import { withdraw } from "./withdraw.ts";

/** One performer for each action that the tables name. An action without one does not compile. */
export const bankPerformers: Readonly<Record<BankSend, BankPerformer>> = { withdraw, registerAccount, redeem };

export const chainPerformers: Readonly<Record<ChainSend, ChainPerformer>> = {
  createEscrow,
  fundEscrow,
  release,
  dispute,
  resolveForSeller,
  resolveForBuyer,
  returnToJuno,
};
