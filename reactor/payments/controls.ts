/** How much may leave: for beneficiaries in one payout, an hour, a day; and from the bridge without a new approval. Centavos. */
export const CEILINGS = ["payout_ceiling", "hour_ceiling", "day_ceiling", "allowance"] as const;
/** To which contracts and wallets money goes. Addresses in lower case. */
export const PINNED = ["escrow", "mxnb", "bridge", "juno_wallet"] as const;

/** What two persons change, and nobody alone: what is in force is stored, by versions, and the newest one holds. */
export const CONTROL_NAMES = [...CEILINGS, ...PINNED] as const;
export type ControlName = (typeof CONTROL_NAMES)[number];

/** Each control as it is stored: a ceiling in centavos, an address in lower case. */
export type Controls = Readonly<Record<ControlName, string>>;

export type Ceilings = Readonly<{
  payoutCentavos: bigint;
  hourCentavos: bigint;
  dayCentavos: bigint;
  /** The standing allowance of the escrow over the bridge's MXNB. */
  allowanceCentavos: bigint;
}>;

/** The addresses that a reactor was started with. */
export type PinnedAddresses = Readonly<Record<"escrowContract" | "token" | "bridge" | "junoWallet", string>>;

export const isCeiling = (name: ControlName): name is (typeof CEILINGS)[number] =>
  CEILINGS.some((ceiling) => ceiling === name);

/** A reactor's addresses under the names of their controls. */
export const pinnedOf = (addresses: PinnedAddresses): Readonly<Record<(typeof PINNED)[number], string>> => ({
  escrow: addresses.escrowContract,
  mxnb: addresses.token,
  bridge: addresses.bridge,
  juno_wallet: addresses.junoWallet,
});
