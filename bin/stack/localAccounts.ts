import { type Address, type Hex, toHex } from "viem";
import { mnemonicToAccount } from "viem/accounts";

/** Anvil's own mnemonic. Everybody knows these keys: they are used on a chain of this machine and nowhere else. */
const MNEMONIC = "test test test test test test test test test test test junk";

type Who = "deployer" | "bridge" | "juno" | "secondBridge" | "secondJuno";

export interface LocalAccount {
  address: Address;
  privateKey: Hex;
}

/**
 * Who is who on a local chain: the deployer (owner of all contracts), the bridge wallet, the bank's custody wallet, the bridge
 * wallet of a second lane, and the bank's custody wallet for a second account.
 */
export function localAccounts(): Record<Who, LocalAccount> {
  const second = { secondBridge: accountAt(9), secondJuno: accountAt(8) };
  return { deployer: accountAt(0), bridge: accountAt(1), juno: accountAt(2), ...second };
}

function accountAt(addressIndex: number): LocalAccount {
  const account = mnemonicToAccount(MNEMONIC, { addressIndex });
  const { privateKey } = account.getHdKey();
  if (privateKey === null) throw new Error(`Account ${addressIndex} of the mnemonic has no private key.`);
  return { address: account.address, privateKey: toHex(privateKey) };
}
