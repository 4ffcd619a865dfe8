import { defineChain } from "viem";

/** A local Anvil's chain. `viem/chains` has it too, and with it some seven hundred others, each a file to load. */
export const anvilChain = defineChain({
  id: 31_337,
  name: "Anvil",
  nativeCurrency: { decimals: 18, name: "Ether", symbol: "ETH" },
  rpcUrls: { default: { http: ["http://127.0.0.1:8545"] } },
});
