// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {KustodiaEscrow2_0} from "../KustodiaEscrow2_0.sol";
import {EscrowFixture} from "./EscrowFixture.sol";
import {vm} from "./Vm.sol";

contract OwnershipTest is EscrowFixture {
    function test_initializeIsTheDeployersAndHappensOnce() public {
        KustodiaEscrow2_0 fresh = new KustodiaEscrow2_0();
        vm.prank(stranger);
        vm.expectRevert(notOwner(stranger));
        fresh.initialize(stranger, stranger);
        vm.expectRevert(KustodiaEscrow2_0.ZeroAddress.selector);
        fresh.initialize(address(0), platform);
        vm.expectRevert(KustodiaEscrow2_0.ZeroAddress.selector);
        fresh.initialize(bridge, address(0));

        fresh.initialize(bridge, platform);
        vm.assertEq(fresh.bridgeWallet(), bridge);
        vm.assertEq(fresh.platformWallet(), platform);
        vm.assertEq(fresh.nextEscrowId(), 1);
        vm.expectRevert(KustodiaEscrow2_0.AlreadyInitialized.selector);
        fresh.initialize(stranger, stranger);
    }

    function test_nothingIsTakenBeforeInitialize() public {
        escrow = new KustodiaEscrow2_0();
        vm.expectRevert(abi.encodeWithSelector(KustodiaEscrow2_0.NotBridgeWallet.selector, bridge));
        create(1);
    }

    function test_ownershipPassesInTwoStepsAndIsNeverRenounced() public {
        escrow.transferOwnership(seller);
        vm.assertEq(escrow.owner(), address(this));
        vm.prank(stranger);
        vm.expectRevert(notOwner(stranger));
        escrow.acceptOwnership();
        vm.prank(seller);
        escrow.acceptOwnership();
        vm.assertEq(escrow.owner(), seller);

        vm.prank(seller);
        vm.expectRevert(KustodiaEscrow2_0.OwnershipCannotBeRenounced.selector);
        escrow.renounceOwnership();
    }

    function test_adminCallsAreTheOwnersAlone() public {
        // Not the bridge's either: the key that operates must not be able to appoint itself, unpause or rescue.
        vm.startPrank(bridge);
        vm.expectRevert(notOwner(bridge));
        escrow.setBridgeWallet(bridge);
        vm.expectRevert(notOwner(bridge));
        escrow.setPlatformWallet(bridge);
        vm.expectRevert(notOwner(bridge));
        escrow.rescueTokens(address(mxnb), bridge, 0);
        vm.expectRevert(notOwner(bridge));
        escrow.pause();
        vm.expectRevert(notOwner(bridge));
        escrow.unpause();
        vm.expectRevert(notOwner(bridge));
        escrow.transferOwnership(bridge);
        vm.expectRevert(notOwner(bridge));
        escrow.renounceOwnership();
    }

    function test_walletsChangeForLiveEscrowsToo() public {
        uint256 id = createDisputed(500e6);
        vm.expectRevert(KustodiaEscrow2_0.ZeroAddress.selector);
        escrow.setPlatformWallet(address(0));
        escrow.setPlatformWallet(seller);
        vm.prank(bridge);
        escrow.resolveDispute(id, false);
        vm.assertEq(mxnb.balanceOf(seller), 500e6);
    }

    function test_rescueTakesWhatCameByMistakeAndNoMore() public {
        create(500e6);
        vm.prank(bridge);
        mxnb.transfer(address(escrow), 20e6);
        vm.expectRevert(surplusOnly(20e6));
        escrow.rescueTokens(address(mxnb), seller, 20e6 + 1);
        vm.recordLogs();
        escrow.rescueTokens(address(mxnb), seller, 20e6);
        vm.assertEq(vm.getRecordedLogs()[0].topics[0], KustodiaEscrow2_0.TokensRescued.selector);
        vm.assertEq(mxnb.balanceOf(seller), 20e6);
        vm.expectRevert(surplusOnly(0));
        escrow.rescueTokens(address(mxnb), seller, 1);
        assertHeld(address(mxnb), 500e6, 500e6);
    }

    function testFuzz_rescueNeverReachesEscrowedTokens(uint64 escrowed, uint64 donated, uint256 asked) public {
        vm.assume(escrowed > 0);
        mxnb.mint(bridge, uint256(escrowed) + donated);
        vm.startPrank(bridge);
        mxnb.approve(address(escrow), escrowed);
        mxnb.transfer(address(escrow), donated);
        vm.stopPrank();
        create(escrowed);
        if (asked > donated) vm.expectRevert(surplusOnly(donated));
        escrow.rescueTokens(address(mxnb), seller, asked);
        vm.assertGe(mxnb.balanceOf(address(escrow)), escrowed, "what is escrowed stays");
    }

    function notOwner(address caller) private pure returns (bytes memory) {
        return abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller);
    }

    function surplusOnly(uint256 surplus) private view returns (bytes memory) {
        return abi.encodeWithSelector(KustodiaEscrow2_0.OnlySurplusCanBeRescued.selector, address(mxnb), surplus);
    }
}
