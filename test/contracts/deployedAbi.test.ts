import { type Abi, type AbiParameter, parseAbi, toEventSelector, toFunctionSelector } from "viem";
import { expect, test } from "vitest";
import { buildContracts } from "../../bin/contracts/build.ts";

/** The deployed KustodiaEscrow2_0, from the client's compiled artifact (contracts-and-token.md 1.2): a fact, never edited. */
const deployedAbi = parseAbi([
  "function initialize(address _bridgeWallet, address _platformWallet)",
  "function createEscrow(address payer, address payee, address token, uint256 amount, uint256 deadline, string vertical, string clabe, string conditions) returns (uint256)",
  "function fundEscrow(uint256 escrowId)",
  "function release(uint256 escrowId)",
  "function dispute(uint256 escrowId, string reason)",
  "function resolveDispute(uint256 escrowId, bool inFavorOfSeller)",
  "function cancel(uint256 escrowId)",
  "function rescueTokens(address token, address to, uint256 amount)",
  "function setBridgeWallet(address _bridgeWallet)",
  "function setPlatformWallet(address _platformWallet)",
  "function transferOwnership(address newOwner)",
  "function renounceOwnership()",
  "function escrows(uint256) view returns (address payer, address payee, uint256 amount, uint256 deadline, string vertical, string clabe, uint8 status, string conditions, address token)",
  "function nextEscrowId() view returns (uint256)",
  "function bridgeWallet() view returns (address)",
  "function platformWallet() view returns (address)",
  "function owner() view returns (address)",
  "event EscrowCreated(uint256 indexed escrowId, address indexed payer, address indexed payee, uint256 amount, string vertical, string clabe)",
  "event EscrowFunded(uint256 indexed escrowId, uint256 amount)",
  "event EscrowReleased(uint256 indexed escrowId)",
  "event EscrowDisputed(uint256 indexed escrowId, address by, string reason)",
  "event EscrowDisputeResolved(uint256 indexed escrowId, bool inFavorOfSeller)",
  "event EscrowCancelled(uint256 indexed escrowId)",
  "event Initialized(uint8 version)",
  "event OwnershipTransferred(address indexed previousOwner, address indexed newOwner)",
]);

/** One line per function and event: its selector, its name, its mutability, and each parameter with its name. */
function lines(abi: Abi): string[] {
  const list = (parameters: readonly (AbiParameter & { indexed?: boolean | undefined })[]) =>
    parameters
      .map(({ type, indexed, name }) => [type, indexed && "indexed", name].filter(Boolean).join(" "))
      .join(", ");
  return abi.flatMap((entry) => {
    if (entry.type === "event") return `${toEventSelector(entry)} ${entry.name}(${list(entry.inputs)})`;
    if (entry.type !== "function") return [];
    const { name, stateMutability, inputs, outputs } = entry;
    return `${toFunctionSelector(entry)} ${name}(${list(inputs)}) ${stateMutability} returns (${list(outputs)})`;
  });
}

test("our escrow has the whole ABI of the deployed contract, names and mutability included", async () => {
  const { escrow } = await buildContracts();
  expect(lines(escrow.abi)).toEqual(expect.arrayContaining(lines(deployedAbi)));
});

test("the two-step double has the ABI of the deployed contract and nothing more", async () => {
  const { twoStepEscrow } = await buildContracts();
  expect(lines(twoStepEscrow.abi).sort()).toEqual(lines(deployedAbi).sort());
});
