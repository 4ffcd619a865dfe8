import type { Payee } from "../../payments/payee.ts";
import { type BankAccount, proposeAccount, withdrawAccount } from "../../store/payoutAccounts.ts";
import type { Caller } from "../caller.ts";
import type { AppPorts } from "../ports.ts";
import { type Operated, operate, type Wanted } from "./operate.ts";

/**
 * Asks for an operation about an account that somebody gives. The plan and its events name the account by its number only:
 * what it says is personal, and is kept where it can be erased.
 * @throws {Problem} as `operate` does; then the account is forgotten.
 */
export async function operateWithAccount(
  ports: AppPorts,
  caller: Caller,
  given: BankAccount & Readonly<{ payee: Payee }>,
  wanted: Omit<Wanted, "request"> & Readonly<{ request: (accountId: number) => unknown }>,
): Promise<Operated> {
  const { name, reason } = wanted;
  const accountId = await proposeAccount(ports.db, { ...given, givenBy: caller.owner.name, reason });
  try {
    return await operate(ports, caller, { name, reason, request: wanted.request(accountId) });
  } catch (error) {
    await withdrawAccount(ports.db, accountId);
    throw error;
  }
}
