// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {IKustodiaEscrow2_0 as Wire} from "../IKustodiaEscrow2_0.sol";
import {KustodiaEscrow2_0} from "../KustodiaEscrow2_0.sol";
import {EscrowFixture} from "./EscrowFixture.sol";
import {vm} from "./Vm.sol";

contract CreateEscrowTest is EscrowFixture {
    function test_createTakesTheTokensFromTheBridgeInTheSameCall() public {
        uint256 id = create(500e6);
        assertStatus(id, Wire.EscrowStatus.Funded);
        assertHeld(address(mxnb), 500e6, 500e6);
        vm.assertEq(mxnb.balanceOf(bridge), million - 500e6);
        vm.assertEq(escrow.nextEscrowId(), 2);
    }

    function test_createNeverSpendsTheAllowanceOfTheNamedPayer() public {
        mxnb.mint(buyer, 500e6);
        vm.prank(buyer);
        mxnb.approve(address(escrow), 500e6);
        create(500e6);
        vm.assertEq(mxnb.balanceOf(buyer), 500e6);
        vm.assertEq(mxnb.balanceOf(bridge), million - 500e6);
    }

    function test_createIsTheBridgesAlone() public {
        vm.expectRevert(abi.encodeWithSelector(KustodiaEscrow2_0.NotBridgeWallet.selector, stranger));
        createAs(stranger, address(mxnb), 1);
        vm.expectRevert(abi.encodeWithSelector(KustodiaEscrow2_0.NotBridgeWallet.selector, address(this)));
        createAs(address(this), address(mxnb), 1);
    }

    function test_createWithoutAllowanceOrFundsLeavesNothingBehind() public {
        vm.expectRevert("ERC20: transfer amount exceeds allowance");
        create(million + 1);
        vm.prank(bridge);
        mxnb.approve(address(escrow), million + 1);
        vm.expectRevert("ERC20: transfer amount exceeds balance");
        create(million + 1);
        vm.assertEq(escrow.nextEscrowId(), 1);
        assertHeld(address(mxnb), 0, 0);
    }

    function test_createRefusesZeros() public {
        vm.startPrank(bridge);
        uint256 end = block.timestamp + custody;
        vm.expectRevert(KustodiaEscrow2_0.ZeroAddress.selector);
        escrow.createEscrow(address(0), seller, address(mxnb), 1, end, "v", "h", "p");
        vm.expectRevert(KustodiaEscrow2_0.ZeroAddress.selector);
        escrow.createEscrow(buyer, address(0), address(mxnb), 1, end, "v", "h", "p");
        vm.expectRevert(KustodiaEscrow2_0.ZeroAddress.selector);
        escrow.createEscrow(buyer, seller, address(0), 1, end, "v", "h", "p");
        vm.expectRevert(KustodiaEscrow2_0.ZeroAmount.selector);
        escrow.createEscrow(buyer, seller, address(mxnb), 0, end, "v", "h", "p");
    }

    function test_createBoundsTheDeadlineOnBothSides() public {
        uint256 latest = block.timestamp + escrow.MAX_CUSTODY();
        createUntil(block.timestamp + 1);
        createUntil(latest);
        expectDeadlineRefused(block.timestamp);
        expectDeadlineRefused(latest + 1);
        // A deadline in milliseconds: the mistake that the bound is for.
        expectDeadlineRefused(block.timestamp * 1000);
    }

    function test_createRefusesAClearClabe() public {
        vm.expectRevert(KustodiaEscrow2_0.ClearClabe.selector);
        createFor("646180157034181180");
        createFor("64618015703418118");
        createFor("6461801570341811800");
        createFor("64618015703418118a");
        createFor("2f6ba1c4d9e07b53a1d4e6f8091b2c3d4e5f60718293a4b5c6d7e8f901234567");
    }

    function test_createIsClosedWhilePaused() public {
        escrow.pause();
        vm.expectRevert(Pausable.EnforcedPause.selector);
        create(1);
        escrow.unpause();
        create(1);
    }

    function test_fundNeverTakesMoneyASecondTime() public {
        uint256 id = create(500e6);
        vm.startPrank(bridge);
        vm.expectRevert(wrongStatus(id, Wire.EscrowStatus.Funded, Wire.EscrowStatus.Pending));
        escrow.fundEscrow(id);
        vm.expectRevert(abi.encodeWithSelector(KustodiaEscrow2_0.UnknownEscrow.selector, id + 1));
        escrow.fundEscrow(id + 1);
        vm.stopPrank();
        escrow.pause();
        vm.prank(bridge);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        escrow.fundEscrow(id);
        assertHeld(address(mxnb), 500e6, 500e6);
    }

    function testFuzz_createHoldsExactlyWhatItRecords(uint96 first, uint96 second, uint32 seconds_) public {
        vm.assume(first > 0 && second > 0);
        mxnb.mint(bridge, uint256(first) + second);
        vm.prank(bridge);
        mxnb.approve(address(escrow), type(uint256).max);
        vm.warp(block.timestamp + seconds_);
        uint256 one = create(first);
        uint256 two = create(second);
        vm.assertEq(escrow.getEscrow(one).amount, first);
        vm.assertEq(escrow.getEscrow(two).amount, second);
        assertHeld(address(mxnb), uint256(first) + second, uint256(first) + second);
    }

    function testFuzz_createRefusesEveryDeadlineOutOfRange(uint256 deadline) public {
        vm.assume(deadline <= block.timestamp || deadline > block.timestamp + escrow.MAX_CUSTODY());
        expectDeadlineRefused(deadline);
    }

    function testFuzz_createRefusesEveryEighteenDigits(uint256 seed) public {
        bytes memory digits = new bytes(18);
        for (uint256 i = 0; i < 18; i++) {
            digits[i] = bytes1(uint8(48 + seed % 10));
            seed /= 10;
        }
        vm.expectRevert(KustodiaEscrow2_0.ClearClabe.selector);
        createFor(string(digits));
    }

    function createUntil(uint256 deadline) private {
        vm.prank(bridge);
        escrow.createEscrow(buyer, seller, address(mxnb), 1, deadline, "v", "h", "p");
    }

    function createFor(string memory clabe) private {
        vm.prank(bridge);
        escrow.createEscrow(buyer, seller, address(mxnb), 1, block.timestamp + custody, "v", clabe, "p");
    }

    function expectDeadlineRefused(uint256 deadline) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                KustodiaEscrow2_0.DeadlineOutOfRange.selector,
                deadline,
                block.timestamp + 1,
                block.timestamp + escrow.MAX_CUSTODY()
            )
        );
        createUntil(deadline);
    }
}
