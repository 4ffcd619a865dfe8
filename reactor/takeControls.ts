import { headPolicyFor } from "./chain/headPolicy.ts";
import type { Config } from "./config.ts";
import { type ControlName, type Controls, isCeiling } from "./payments/controls.ts";
import type { LaneAddresses } from "./payments/lanes.ts";
import { toPesos } from "./payments/money.ts";
import { termOf } from "./payments/terms.ts";
import { adoptChain, type Chain } from "./store/chains.ts";
import { adoptControls, type Control, readControls } from "./store/controls.ts";
import type { Database, Queryable } from "./store/database.ts";
import { findLane, type Lane, proposeLane, readLanes } from "./store/lanes.ts";

/** The configured lane, its bank account and its addresses under the names that facts have for them. */
export const addressesOf = ({
  lane,
  account,
  addresses,
}: Pick<Config, "lane" | "account" | "addresses">): LaneAddresses => ({
  lane,
  account,
  escrowContract: addresses.escrow,
  token: addresses.mxnb,
  bridge: addresses.bridge,
  junoWallet: addresses.junoWallet,
});

/** What the configuration says of each control, as controls are stored. */
export function controlsOf({ addresses, ceilings }: Pick<Config, "addresses" | "ceilings">): Controls {
  return {
    payout_ceiling: String(ceilings.payoutCentavos),
    hour_ceiling: String(ceilings.hourCentavos),
    day_ceiling: String(ceilings.dayCentavos),
    allowance: String(ceilings.allowanceCentavos),
    escrow: addresses.escrow,
    mxnb: addresses.mxnb,
    bridge: addresses.bridge,
    juno_wallet: addresses.junoWallet,
  };
}

/**
 * Holds a starting reactor's configuration to what is in force. On a database's first start the configuration is what comes
 * into force; later on only two persons change it. A ceiling that is configured otherwise is ignored: the one in force is as
 * safe as the two made it, and a start that is refused would stop all money over it. An address is another matter: a reactor
 * reads the chain by its addresses, so that with others than those in force it must not even look. A lane that nobody was
 * started for before is proposed by this, with its addresses, and sends nothing until two persons open it.
 * @returns a line for each ceiling that is ignored, and one for a lane that is not open.
 * @throws Error with a sentence for each address that is not the one in force; or when the lane is on another chain or bank account,
 *   a chain and its index's schema are not one to one, another lane has the same signer, or on this chain the same contract or another
 *   token, an account is on two chains, or account and bank wallet are not one to one on a chain.
 */
export async function takeControls(
  db: Database,
  config: Pick<Config, "lane" | "account" | "chainId" | "indexSchema" | "confirmations" | "addresses" | "ceilings">,
): Promise<readonly string[]> {
  const { chainId, indexSchema } = config;
  const { softConfirmations } = headPolicyFor(chainId, config.confirmations);
  const configured = controlsOf(config);
  await db.transaction(async (tx) => {
    const contradicted = await adoptChain(tx, { id: chainId, indexSchema, confirmations: softConfirmations });
    if (contradicted !== null) throw new Error(otherIndex(contradicted, config));
    await proposeLane(tx, { name: config.lane, account: config.account, chainId });
    await adoptControls(tx, config.lane, configured);
    await refuseSharedLane(tx, { ...addressesOf(config), chainId });
  });
  const others = (await readControls(db, config.lane)).filter(({ name, value }) => value !== configured[name]);
  const moved = others.filter(({ name }) => !isCeiling(name));
  if (moved.length > 0) throw new Error(moved.map((one) => refusal(one, configured[one.name])).join("\n"));
  const ignored = others.map(({ name, value }) => {
    const [inForce, other] = [toPesos(BigInt(value)), toPesos(BigInt(configured[name]))];
    return `🔒 ${termOf("control", name, "es")}: rige ${inForce}; ${VARIABLES[name]} dice ${other} y no se toma. / ${inForce} is in force; what ${VARIABLES[name]} says is not taken.`;
  });
  return [...ignored, ...closedLane(await findLane(db, config.lane))];
}

/** What whoever starts a reactor of a lane that sends nothing has to know. */
function closedLane(lane: Lane | null): readonly string[] {
  if (lane === null || lane.state === "open" || lane.state === "draining") return [];
  const [es, en] = [termOf("lane_state", lane.state, "es"), termOf("lane_state", lane.state, "en")];
  return [
    `🚧 El carril ${lane.name} está ${es}: no envía nada hasta que dos personas lo abran. / Lane ${lane.name} is ${en}: it sends nothing until two persons open it.`,
  ];
}

const otherIndex = (known: Chain, { chainId, indexSchema }: Pick<Config, "chainId" | "indexSchema">) =>
  `CHAIN_ID es ${chainId} e INDEX_SCHEMA ${indexSchema}, y las vistas de la cadena ${known.id} están en ${known.indexSchema}: cada cadena tiene su índice, en un esquema suyo. / CHAIN_ID is ${chainId} and INDEX_SCHEMA ${indexSchema}, and the views of chain ${known.id} are in ${known.indexSchema}: each chain has its index, in a schema of its own.`;

/**
 * Two lanes with one signer would give out its nonces twice, and two with one contract would see each other's escrows as theirs; two
 * accounts with one wallet would each take the other's credits for its own. On another chain the same address is another contract and
 * another wallet. A key is one lane's on whatever chain: whoever loses it loses that lane alone.
 */
async function refuseSharedLane(tx: Queryable, ours: LaneAddresses & Readonly<{ chainId: number }>): Promise<void> {
  for (const { name, account, chainId, addresses } of await readLanes(tx)) {
    if (name === ours.lane && chainId !== ours.chainId)
      throw new Error(
        `CHAIN_ID es ${ours.chainId}, y el carril ${name} está en la cadena ${chainId}: un carril no cambia de cadena. / CHAIN_ID is ${ours.chainId}, and lane ${name} is on chain ${chainId}: a lane keeps its chain.`,
      );
    if (name === ours.lane && account !== ours.account)
      throw new Error(
        `BANK_ACCOUNT es ${ours.account}, y el carril ${name} va por la cuenta ${account}: un carril no cambia de cuenta. / BANK_ACCOUNT is ${ours.account}, and lane ${name} goes by account ${account}: a lane keeps its account.`,
      );
    if (name === ours.lane || addresses === null) continue;
    const isHere = chainId === null || chainId === ours.chainId;
    if (addresses.bridge === ours.bridge || (isHere && addresses.escrowContract === ours.escrowContract))
      throw new Error(
        `El carril ${name} ya tiene esta cartera puente o este contrato: cada carril tiene los suyos. / Lane ${name} has this bridge wallet or this contract already: each lane has its own.`,
      );
    if (!isHere && account === ours.account)
      throw new Error(
        `El carril ${name} va por la cuenta ${account} en la cadena ${chainId}, y este en la ${ours.chainId}: una cuenta bancaria está en una cadena. / Lane ${name} is on account ${account} on chain ${chainId}, and this one on chain ${ours.chainId}: a bank account is on one chain.`,
      );
    if (!isHere) continue;
    if (addresses.token !== ours.token)
      throw new Error(
        `El carril ${name} usa otro MXNB: en una cadena hay uno. / Lane ${name} uses another MXNB: a chain has one.`,
      );
    if ((addresses.junoWallet === ours.junoWallet) !== (account === ours.account))
      throw new Error(
        `El carril ${name} va por la cuenta ${account} y la cartera de Juno ${addresses.junoWallet}; este, por la cuenta ${ours.account} y ${ours.junoWallet}: cada cuenta bancaria tiene su cartera, y una sola. / Lane ${name} is on account ${account} and Juno's wallet ${addresses.junoWallet}; this one on account ${ours.account} and ${ours.junoWallet}: each bank account has its wallet, and only one.`,
      );
  }
}

const refusal = ({ name, value, version }: Control, configured: string) =>
  `${VARIABLES[name]} es ${configured}, y rige ${value} (versión ${version}): una dirección la cambian dos personas (POST /api/controls/${name}), y después se arranca con ella.
${VARIABLES[name]} is ${configured}, and ${value} is in force (version ${version}): two persons change an address (POST /api/controls/${name}), and then a reactor is started with it.`;

/** By which variable each is configured. */
const VARIABLES: Readonly<Record<ControlName, string>> = {
  payout_ceiling: "MAX_PAYOUT_PESOS",
  hour_ceiling: "MAX_HOUR_PESOS",
  day_ceiling: "MAX_DAY_PESOS",
  allowance: "ALLOWANCE_PESOS",
  escrow: "ESCROW_CONTRACT_ADDRESS_2",
  mxnb: "MOCK_ERC20_ADDRESS",
  bridge: "ESCROW_BRIDGE_WALLET",
  juno_wallet: "JUNO_WALLET",
};
