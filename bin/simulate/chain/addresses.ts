import type { Address } from "viem";
import type { ChainAddresses } from "../../../reactor/chain/client.ts";

/** Lower case, as the index and the reactor's facts write them. */
export type SimulatedAddresses = ChainAddresses;

/** The first key of the well-known test mnemonic "test test … junk", number 1: the bridge wallet of every local chain. */
export const BRIDGE_KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

export const addresses: SimulatedAddresses = {
  bridge: "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
  junoWallet: "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc",
  escrow: "0x00000000000000000000000000000000000e5c20",
  mxnb: "0x0000000000000000000000000000000000003b20",
};

/** Whom Juno's own tokens go to when they are redeemed. */
export const BURNED: Address = "0x000000000000000000000000000000000000dead";
export const CHAIN_ID = 42_161;
