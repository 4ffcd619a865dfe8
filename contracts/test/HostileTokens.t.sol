// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IKustodiaEscrow2_0 as Wire} from "../IKustodiaEscrow2_0.sol";
import {KustodiaEscrow2_0} from "../KustodiaEscrow2_0.sol";
import {EscrowFixture} from "./EscrowFixture.sol";
import {FalseToken} from "./hostile/FalseToken.sol";
import {FeeToken} from "./hostile/FeeToken.sol";
import {ReentrantToken} from "./hostile/ReentrantToken.sol";
import {SilentToken} from "./hostile/SilentToken.sol";
import {vm} from "./Vm.sol";

contract HostileTokensTest is EscrowFixture {
    FalseToken private falseToken;
    SilentToken private silent;
    FeeToken private fee;
    ReentrantToken private reentrant;

    function setUp() public override {
        super.setUp();
        falseToken = new FalseToken();
        falseToken.mint(bridge, million);
        silent = new SilentToken();
        silent.mint(bridge, million);
        fee = new FeeToken();
        fee.mint(bridge, million);
        vm.startPrank(bridge);
        falseToken.approve(address(escrow), million);
        silent.approve(address(escrow), million);
        fee.approve(address(escrow), million);
        vm.stopPrank();
        reentrant = new ReentrantToken(address(escrow));
        reentrant.mint(address(reentrant), million);
    }

    function test_returnsFalse_isNeverTakenForAPayment() public {
        bytes memory refusal = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(falseToken));
        uint256 id = createAs(bridge, address(falseToken), 500);
        falseToken.lie(true);
        vm.expectRevert(refusal);
        createAs(bridge, address(falseToken), 500);

        vm.startPrank(bridge);
        vm.expectRevert(refusal);
        escrow.release(id);
        escrow.dispute(id, "case:7");
        vm.expectRevert(refusal);
        escrow.resolveDispute(id, false);
        vm.stopPrank();
        assertStatus(id, Wire.EscrowStatus.Disputed);
        assertHeld(address(falseToken), 500, 500);
    }

    function test_returnsNothing_worksWhenTheTokensMove() public {
        uint256 id = createAs(bridge, address(silent), 500);
        assertHeld(address(silent), 500, 500);
        vm.prank(bridge);
        escrow.release(id);
        assertHeld(address(silent), 0, 0);
        vm.assertEq(silent.balanceOf(bridge), million);
    }

    function test_returnsNothing_isRefusedWhenNothingArrives() public {
        silent.doNothing(true);
        vm.expectRevert(received(address(silent), 500, 0));
        createAs(bridge, address(silent), 500);
        assertHeld(address(silent), 0, 0);
    }

    function test_returnsNothing_doesNotEndAnEscrowWhenNothingLeaves() public {
        uint256 id = createAs(bridge, address(silent), 500);
        silent.doNothing(true);
        vm.prank(bridge);
        vm.expectRevert(sent(address(silent), 500, 0));
        escrow.release(id);
        assertStatus(id, Wire.EscrowStatus.Funded);
        assertHeld(address(silent), 500, 500);
    }

    function test_feeOnTransfer_isRefusedOnTheWayIn() public {
        fee.charge(1, false);
        vm.expectRevert(received(address(fee), 500, 495));
        createAs(bridge, address(fee), 500);
        assertHeld(address(fee), 0, 0);
    }

    function test_feeOnTransfer_onTheWayOutIsNotPaidByOtherEscrows() public {
        uint256 first = createAs(bridge, address(fee), 500);
        createAs(bridge, address(fee), 300);
        fee.charge(1, false);
        vm.prank(bridge);
        escrow.release(first);
        assertHeld(address(fee), 300, 300);
        vm.assertEq(fee.balanceOf(bridge), million - 800 + 495);
    }

    function test_feeOnTop_isNotPaidFromOtherEscrows() public {
        uint256 first = createAs(bridge, address(fee), 500);
        createAs(bridge, address(fee), 300);
        fee.charge(1, true);
        vm.prank(bridge);
        vm.expectRevert(sent(address(fee), 500, 505));
        escrow.release(first);
        fee.mint(address(escrow), 100);
        vm.expectRevert(sent(address(fee), 100, 101));
        escrow.rescueTokens(address(fee), stranger, 100);
        assertHeld(address(fee), 900, 800);
    }

    function test_notAToken_isRefused() public {
        vm.expectRevert();
        createAs(bridge, stranger, 500);
        vm.assertEq(escrow.nextEscrowId(), 1);
    }

    function test_reentrant_cannotCountOneDepositTwice() public {
        escrow.setBridgeWallet(address(reentrant));
        expectReentryRefused(creation(), creation());
        assertHeld(address(reentrant), 0, 0);
    }

    function test_reentrant_cannotLeaveTwiceByAnyExit() public {
        escrow.setBridgeWallet(address(reentrant));
        uint256 first = abi.decode(reentrant.act(creation()), (uint256));
        uint256 second = abi.decode(reentrant.act(creation()), (uint256));
        uint256 disputed = abi.decode(reentrant.act(creation()), (uint256));
        reentrant.act(abi.encodeCall(Wire.dispute, (disputed, "case:7")));
        bytes memory release = abi.encodeCall(Wire.release, (first));
        bytes memory refund = abi.encodeCall(Wire.resolveDispute, (disputed, false));

        expectReentryRefused(release, release);
        expectReentryRefused(release, abi.encodeCall(Wire.release, (second)));
        expectReentryRefused(release, refund);
        expectReentryRefused(release, creation());
        expectReentryRefused(release, abi.encodeCall(Wire.dispute, (second, "case:8")));
        expectReentryRefused(refund, refund);
        expectReentryRefused(refund, release);
        expectReentryRefused(refund, abi.encodeCall(Wire.resolveDispute, (disputed, true)));
        assertHeld(address(reentrant), 1500, 1500);
    }

    function test_reentrant_ownerCannotRescueInsideATransfer() public {
        reentrant.mint(address(escrow), 900);
        escrow.transferOwnership(address(reentrant));
        reentrant.act(abi.encodeWithSignature("acceptOwnership()"));
        reentrant.act(abi.encodeCall(Wire.setBridgeWallet, (address(reentrant))));
        bytes memory rescue = abi.encodeCall(Wire.rescueTokens, (address(reentrant), stranger, 900));
        expectReentryRefused(creation(), rescue);
        expectReentryRefused(rescue, rescue);
        assertHeld(address(reentrant), 900, 0);
    }

    function expectReentryRefused(bytes memory outer, bytes memory inner) private {
        reentrant.arm(inner);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        reentrant.act(outer);
    }

    function creation() private view returns (bytes memory) {
        uint256 deadline = block.timestamp + custody;
        return abi.encodeCall(Wire.createEscrow, (buyer, seller, address(reentrant), 500, deadline, "v", "h", "p"));
    }

    function received(address token, uint256 expected, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(KustodiaEscrow2_0.UnexpectedAmountReceived.selector, token, expected, actual);
    }

    function sent(address token, uint256 expected, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(KustodiaEscrow2_0.UnexpectedAmountSent.selector, token, expected, actual);
    }
}
