// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {IKustodiaEscrow2_0 as Wire} from "../IKustodiaEscrow2_0.sol";
import {KustodiaEscrow2_0} from "../KustodiaEscrow2_0.sol";
import {EscrowFixture} from "./EscrowFixture.sol";
import {vm} from "./Vm.sol";

contract ExitsTest is EscrowFixture {
    function test_releaseReturnsTheTokensToTheBridgeEvenBeforeTheDeadline() public {
        uint256 id = create(500e6);
        vm.prank(bridge);
        escrow.release(id);
        assertStatus(id, Wire.EscrowStatus.Released);
        assertHeld(address(mxnb), 0, 0);
        vm.assertEq(mxnb.balanceOf(bridge), million);
        vm.assertEq(mxnb.balanceOf(seller), 0);
    }

    function test_releaseWorksLongAfterTheDeadline() public {
        uint256 id = create(500e6);
        vm.warp(block.timestamp + 10 * custody);
        vm.prank(bridge);
        escrow.release(id);
        assertStatus(id, Wire.EscrowStatus.Released);
    }

    function test_releaseTakesNothingFromOtherEscrows() public {
        uint256 first = create(500e6);
        uint256 second = create(300e6);
        vm.prank(bridge);
        escrow.release(first);
        assertStatus(second, Wire.EscrowStatus.Funded);
        assertHeld(address(mxnb), 300e6, 300e6);
    }

    function test_releaseHappensOnce() public {
        uint256 id = create(500e6);
        create(500e6);
        vm.startPrank(bridge);
        escrow.release(id);
        vm.expectRevert(wrongStatus(id, Wire.EscrowStatus.Released, Wire.EscrowStatus.Funded));
        escrow.release(id);
        assertHeld(address(mxnb), 500e6, 500e6);
    }

    function test_disputeFreezesUntilResolvedForTheSeller() public {
        uint256 id = createDisputed(500e6);
        vm.startPrank(bridge);
        vm.expectRevert(wrongStatus(id, Wire.EscrowStatus.Disputed, Wire.EscrowStatus.Funded));
        escrow.release(id);
        escrow.resolveDispute(id, true);
        assertStatus(id, Wire.EscrowStatus.Funded);
        assertHeld(address(mxnb), 500e6, 500e6);
        escrow.release(id);
        vm.assertEq(mxnb.balanceOf(bridge), million);
    }

    function test_disputeWonByTheBuyerPaysThePlatformWallet() public {
        uint256 id = createDisputed(500e6);
        vm.prank(bridge);
        escrow.resolveDispute(id, false);
        assertStatus(id, Wire.EscrowStatus.Cancelled);
        assertHeld(address(mxnb), 0, 0);
        vm.assertEq(mxnb.balanceOf(platform), 500e6);
    }

    function test_disputeIsForFundedEscrowsBeforeTheirDeadline() public {
        uint256 id = create(500e6);
        uint256 deadline = escrow.getEscrow(id).deadline;
        vm.startPrank(bridge);
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(KustodiaEscrow2_0.DeadlinePassed.selector, id, deadline));
        escrow.dispute(id, "case:7");
        vm.warp(deadline - 1);
        escrow.dispute(id, "case:7");
        vm.expectRevert(wrongStatus(id, Wire.EscrowStatus.Disputed, Wire.EscrowStatus.Funded));
        escrow.dispute(id, "case:8");
    }

    function test_resolveIsForDisputedEscrows() public {
        uint256 id = create(500e6);
        vm.startPrank(bridge);
        vm.expectRevert(wrongStatus(id, Wire.EscrowStatus.Funded, Wire.EscrowStatus.Disputed));
        escrow.resolveDispute(id, false);
        escrow.dispute(id, "case:7");
        escrow.resolveDispute(id, false);
        vm.expectRevert(wrongStatus(id, Wire.EscrowStatus.Cancelled, Wire.EscrowStatus.Disputed));
        escrow.resolveDispute(id, false);
    }

    function test_cancelMovesNothingBecauseNothingIsEverPending() public {
        uint256 id = createDisputed(500e6);
        vm.startPrank(bridge);
        vm.expectRevert(wrongStatus(id, Wire.EscrowStatus.Disputed, Wire.EscrowStatus.Pending));
        escrow.cancel(id);
        escrow.resolveDispute(id, true);
        vm.expectRevert(wrongStatus(id, Wire.EscrowStatus.Funded, Wire.EscrowStatus.Pending));
        escrow.cancel(id);
        assertHeld(address(mxnb), 500e6, 500e6);
    }

    function test_exitsStayOpenWhilePaused() public {
        uint256 released = create(100e6);
        uint256 forSeller = createDisputed(200e6);
        uint256 forBuyer = createDisputed(300e6);
        escrow.pause();
        vm.startPrank(bridge);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        escrow.dispute(released, "case:9");
        escrow.release(released);
        escrow.resolveDispute(forSeller, true);
        escrow.release(forSeller);
        escrow.resolveDispute(forBuyer, false);
        assertHeld(address(mxnb), 0, 0);
    }

    function test_everyCallIsTheBridgesAlone() public {
        uint256 id = create(500e6);
        bytes memory refusal = abi.encodeWithSelector(KustodiaEscrow2_0.NotBridgeWallet.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        escrow.fundEscrow(id);
        vm.expectRevert(refusal);
        escrow.release(id);
        vm.expectRevert(refusal);
        escrow.dispute(id, "case:7");
        vm.expectRevert(refusal);
        escrow.resolveDispute(id, false);
        vm.expectRevert(refusal);
        escrow.cancel(id);
    }

    function test_everyCallRefusesAnEscrowThatNeverWas() public {
        bytes memory refusal = abi.encodeWithSelector(KustodiaEscrow2_0.UnknownEscrow.selector, 7);
        vm.startPrank(bridge);
        vm.expectRevert(refusal);
        escrow.release(7);
        vm.expectRevert(refusal);
        escrow.dispute(7, "case:7");
        vm.expectRevert(refusal);
        escrow.resolveDispute(7, false);
        vm.expectRevert(refusal);
        escrow.cancel(7);
    }

    function test_aBlacklistedBridgeDoesNotLockTheMoney() public {
        uint256 id = create(500e6);
        mxnb.blacklist(bridge);
        vm.prank(bridge);
        vm.expectRevert("Blacklistable: account is blacklisted");
        escrow.release(id);
        assertStatus(id, Wire.EscrowStatus.Funded);

        escrow.setBridgeWallet(stranger);
        vm.prank(stranger);
        escrow.release(id);
        vm.assertEq(mxnb.balanceOf(stranger), 500e6);
    }
}
