// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IKustodiaEscrow2_0 as Wire} from "../IKustodiaEscrow2_0.sol";
import {KustodiaEscrow2_0} from "../KustodiaEscrow2_0.sol";
import {MXNB} from "../MXNB.sol";
import {vm} from "./Vm.sol";

/// @notice An initialised escrow contract, and a bridge wallet with a million pesos and an allowance.
///         This contract is the owner, the deployer of the token and its only minter.
abstract contract EscrowFixture {
    address internal constant bridge = address(0xB41D6E);
    address internal constant platform = address(0x9147F0);
    address internal constant buyer = address(0xB0BE4);
    address internal constant seller = address(0x5E11E4);
    address internal constant stranger = address(0x574A);
    uint256 internal constant million = 1_000_000e6;
    uint256 internal constant custody = 30 days;

    KustodiaEscrow2_0 internal escrow;
    MXNB internal mxnb;

    function setUp() public virtual {
        vm.warp(1_750_000_000);
        mxnb = new MXNB();
        mxnb.configureMinter(address(this), type(uint256).max);
        mxnb.mint(bridge, million);
        escrow = new KustodiaEscrow2_0();
        escrow.initialize(bridge, platform);
        vm.prank(bridge);
        mxnb.approve(address(escrow), million);
    }

    function create(uint256 amount) internal returns (uint256) {
        return createAs(bridge, address(mxnb), amount);
    }

    function createAs(address caller, address token, uint256 amount) internal returns (uint256) {
        vm.prank(caller);
        return escrow.createEscrow(
            buyer, seller, token, amount, block.timestamp + custody, "inmobiliaria", "hmac:5e884898", "payment:81"
        );
    }

    function createDisputed(uint256 amount) internal returns (uint256 escrowId) {
        escrowId = create(amount);
        vm.prank(bridge);
        escrow.dispute(escrowId, "case:7");
    }

    function wrongStatus(uint256 escrowId, Wire.EscrowStatus actual, Wire.EscrowStatus required)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(KustodiaEscrow2_0.WrongStatus.selector, escrowId, actual, required);
    }

    function assertStatus(uint256 escrowId, Wire.EscrowStatus expected) internal view {
        vm.assertEq(uint256(escrow.getEscrow(escrowId).status), uint256(expected), "status");
    }

    /// @dev What the contract holds, and what it says it owes to live escrows.
    function assertHeld(address token, uint256 balance, uint256 escrowed) internal view {
        vm.assertEq(IERC20(token).balanceOf(address(escrow)), balance, "balance of the escrow contract");
        vm.assertEq(escrow.totalEscrowed(token), escrowed, "total escrowed");
    }
}
