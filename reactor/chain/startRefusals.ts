import type { Address } from "viem";

/** Why the machine does not start: one sentence in Spanish and the same in English, each with what to do. */
export type Refusal = Readonly<{ check: StartCheck; es: string; en: string }>;

export type StartCheck = keyof Facts;

/** What each sentence needs to know. */
type Facts = {
  rpc: { what: string; failure: string };
  /** `url` counts from 1: the URL itself may hold a key. */
  chain_id: { url: number; actual: number; expected: number };
  escrow_code: { address: Address };
  token_code: { address: Address };
  pausable_2_0: { address: Address };
  escrow_abi: { address: Address; missing: string };
  decimals: { address: Address; actual: number };
  signer: { signer: Address; bridge: Address };
  bridge_wallet: { actual: Address; bridge: Address };
  platform_wallet: { actual: Address };
};

const SENTENCES: { [C in StartCheck]: (facts: Facts[C]) => Pick<Refusal, "es" | "en"> } = {
  rpc: ({ what, failure }) => ({
    es: `La cadena no respondió (${what}: ${failure}); revise ETH_RPC_URL.`,
    en: `The chain did not answer (${what}: ${failure}); check ETH_RPC_URL.`,
  }),
  chain_id: ({ url, actual, expected }) => ({
    es: `La URL número ${url} de ETH_RPC_URL es de la cadena ${actual} y CHAIN_ID dice ${expected}; corrija una de las dos.`,
    en: `URL number ${url} of ETH_RPC_URL serves chain ${actual} and CHAIN_ID says ${expected}; correct one of the two.`,
  }),
  escrow_code: ({ address }) => ({
    es: `No hay contrato en ESCROW_CONTRACT_ADDRESS_2 ${address}; ponga la dirección del escrow en esta cadena.`,
    en: `There is no contract at ESCROW_CONTRACT_ADDRESS_2 ${address}; give the escrow's address on this chain.`,
  }),
  token_code: ({ address }) => ({
    es: `No hay contrato en MOCK_ERC20_ADDRESS ${address}; ponga la dirección de MXNB en esta cadena.`,
    en: `There is no contract at MOCK_ERC20_ADDRESS ${address}; give MXNB's address on this chain.`,
  }),
  pausable_2_0: ({ address }) => ({
    es: `El contrato ${address} es KustodiaEscrow2_0Pausable, cuyo ABI es otro (el token va al final y release paga al vendedor); use un KustodiaEscrow2_0.`,
    en: `The contract ${address} is KustodiaEscrow2_0Pausable, whose ABI is another (token last, release pays the seller); use a KustodiaEscrow2_0.`,
  }),
  escrow_abi: ({ address, missing }) => ({
    es: `El contrato ${address} no tiene ${missing} de KustodiaEscrow2_0; corrija ESCROW_CONTRACT_ADDRESS_2.`,
    en: `The contract ${address} lacks KustodiaEscrow2_0's ${missing}; correct ESCROW_CONTRACT_ADDRESS_2.`,
  }),
  decimals: ({ address, actual }) => ({
    es: `El token ${address} tiene ${actual} decimales y MXNB tiene 6; corrija MOCK_ERC20_ADDRESS.`,
    en: `The token ${address} has ${actual} decimals and MXNB has 6; correct MOCK_ERC20_ADDRESS.`,
  }),
  signer: ({ signer, bridge }) => ({
    es: `ESCROW_PRIVATE_KEY firma como ${signer} y ESCROW_BRIDGE_WALLET es ${bridge}; deben ser la misma cuenta.`,
    en: `ESCROW_PRIVATE_KEY signs as ${signer} and ESCROW_BRIDGE_WALLET is ${bridge}; they must be the same account.`,
  }),
  bridge_wallet: ({ actual, bridge }) => ({
    es: `El bridgeWallet() del escrow es ${actual} y ESCROW_BRIDGE_WALLET es ${bridge}; corrija la variable o llame a setBridgeWallet.`,
    en: `The escrow's bridgeWallet() is ${actual} and ESCROW_BRIDGE_WALLET is ${bridge}; correct the variable or call setBridgeWallet.`,
  }),
  platform_wallet: ({ actual }) => ({
    es: `El platformWallet() del escrow es ${actual}, que no es ESCROW_BRIDGE_WALLET ni JUNO_WALLET: un reembolso al comprador se quedaría ahí; llame a setPlatformWallet con una de las dos.`,
    en: `The escrow's platformWallet() is ${actual}, neither ESCROW_BRIDGE_WALLET nor JUNO_WALLET: a buyer's refund would stay there; call setPlatformWallet with one of the two.`,
  }),
};

export function refusal<C extends StartCheck>(check: C, facts: Facts[C]): Refusal {
  return { check, ...SENTENCES[check](facts) };
}
