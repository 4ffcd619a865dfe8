// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IKustodiaEscrow2_0 as Wire} from "../IKustodiaEscrow2_0.sol";
import {EscrowFixture} from "./EscrowFixture.sol";
import {TwoStepEscrow} from "./TwoStepEscrow.sol";
import {Vm, vm} from "./Vm.sol";

/// @notice The double differs from ours where the deployed contract does, and nowhere else.
contract TwoStepEscrowTest is EscrowFixture {
    TwoStepEscrow private deployed;

    function setUp() public override {
        super.setUp();
        deployed = new TwoStepEscrow();
        deployed.initialize(bridge, platform);
        vm.prank(bridge);
        mxnb.approve(address(deployed), million);
    }

    function test_createMovesNothingAndLogsOnlyTheCreation() public {
        vm.recordLogs();
        uint256 id = open();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1, "logs");
        vm.assertEq(logs[0].topics[0], Wire.EscrowCreated.selector);
        vm.assertEq(mxnb.balanceOf(address(deployed)), 0);
        assertDeployedStatus(id, Wire.EscrowStatus.Pending);
    }

    function test_fundTakesTheTokensFromThePayerOnce() public {
        uint256 id = open();
        vm.startPrank(bridge);
        deployed.fundEscrow(id);
        vm.assertEq(mxnb.balanceOf(address(deployed)), 500e6);
        vm.assertEq(mxnb.balanceOf(bridge), million - 500e6);
        vm.expectRevert("Not pending");
        deployed.fundEscrow(id);
    }

    function test_anUnfundedEscrowCanBeCancelledButNotReleased() public {
        uint256 id = open();
        vm.startPrank(bridge);
        vm.expectRevert("Not funded");
        deployed.release(id);
        deployed.cancel(id);
        assertDeployedStatus(id, Wire.EscrowStatus.Cancelled);
    }

    function test_releaseAndDisputePayAsOurs() public {
        uint256 released = open();
        uint256 refunded = open();
        vm.startPrank(bridge);
        deployed.fundEscrow(released);
        deployed.fundEscrow(refunded);
        deployed.dispute(released, "case:7");
        deployed.resolveDispute(released, true);
        deployed.release(released);
        deployed.dispute(refunded, "case:8");
        deployed.resolveDispute(refunded, false);
        vm.assertEq(mxnb.balanceOf(bridge), million - 500e6);
        vm.assertEq(mxnb.balanceOf(platform), 500e6);
    }

    function test_thereIsNoGetEscrowAndNoPause() public {
        (bool read,) = address(deployed).call(abi.encodeWithSignature("getEscrow(uint256)", 1));
        vm.assertFalse(read, "getEscrow answered");
        (bool paused,) = address(deployed).call(abi.encodeWithSignature("pause()"));
        vm.assertFalse(paused, "pause answered");
    }

    function open() private returns (uint256) {
        vm.prank(bridge);
        return deployed.createEscrow(bridge, bridge, address(mxnb), 500e6, block.timestamp + custody, "v", "h", "p");
    }

    function assertDeployedStatus(uint256 id, Wire.EscrowStatus expected) private view {
        (,,,,,, Wire.EscrowStatus status,,) = deployed.escrows(id);
        vm.assertEq(uint256(status), uint256(expected), "status");
    }
}
