// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IKustodiaEscrow2_0 as Wire} from "../IKustodiaEscrow2_0.sol";
import {KustodiaEscrow2_0} from "../KustodiaEscrow2_0.sol";
import {EscrowHandler} from "./EscrowHandler.sol";
import {vm} from "./Vm.sol";

/// @notice What holds after any sequence of calls: 256 sequences of 64.
contract EscrowInvariants {
    EscrowHandler private handler;
    KustodiaEscrow2_0 private escrow;

    function setUp() public {
        vm.warp(1_750_000_000);
        handler = new EscrowHandler();
        escrow = handler.escrow();
    }

    /// @notice Tells forge to call the handler only.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_theContractHoldsWhatLiveEscrowsAreOwed() public view {
        for (uint256 i = 0; i < handler.numberOfTokens(); i++) {
            address token = handler.tokens(i);
            uint256 escrowed = escrow.totalEscrowed(token);
            vm.assertEq(escrowed, sumOfLiveEscrows(token), "total escrowed is the sum of live escrows");
            vm.assertGe(IERC20(token).balanceOf(address(escrow)), escrowed, "balance covers live escrows");
        }
    }

    function invariant_whatCameInEitherLeftOnceOrIsStillEscrowed() public view {
        for (uint256 i = 0; i < handler.numberOfTokens(); i++) {
            address token = handler.tokens(i);
            vm.assertEq(handler.paidIn(token) - handler.paidOut(token), escrow.totalEscrowed(token), "in minus out");
        }
    }

    function invariant_everyStatusChangeIsLegal() public view {
        vm.assertFalse(handler.sawIllegalChange(), "illegal status change");
    }

    function sumOfLiveEscrows(address token) private view returns (uint256 sum) {
        for (uint256 id = 1; id < escrow.nextEscrowId(); id++) {
            (,, uint256 amount,,,, Wire.EscrowStatus status,, address of_) = escrow.escrows(id);
            bool live = status == Wire.EscrowStatus.Funded || status == Wire.EscrowStatus.Disputed;
            if (live && of_ == token) sum += amount;
        }
    }
}
