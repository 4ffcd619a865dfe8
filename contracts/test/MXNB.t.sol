// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {MXNB} from "../MXNB.sol";
import {EscrowFixture} from "./EscrowFixture.sol";
import {Vm, vm} from "./Vm.sol";

/// @notice The double refuses what the real token refuses, in its words.
contract MXNBTest is EscrowFixture {
    uint256 private constant holderKey = 0x51;
    string private constant blacklisted = "Blacklistable: account is blacklisted";

    function test_aCentavoIsTenThousandBaseUnits() public view {
        vm.assertEq(uint256(mxnb.decimals()), 6);
        vm.assertEq(mxnb.name(), "MXNB");
        vm.assertEq(mxnb.version(), "2");
    }

    function test_theLargestAllowanceIsSpentToo() public {
        vm.prank(bridge);
        mxnb.approve(stranger, type(uint256).max);
        vm.recordLogs();
        vm.prank(stranger);
        mxnb.transferFrom(bridge, seller, 5e6);
        vm.assertEq(vm.getRecordedLogs().length, 1, "a Transfer and no Approval");
        vm.assertEq(mxnb.allowance(bridge, stranger), type(uint256).max - 5e6);
    }

    function test_failureRevertsInsteadOfReturningFalse() public {
        vm.startPrank(bridge);
        vm.expectRevert("ERC20: transfer amount exceeds balance");
        mxnb.transfer(seller, million + 1);
        vm.expectRevert("ERC20: transfer amount exceeds allowance");
        mxnb.transferFrom(platform, seller, 1);
        vm.expectRevert("ERC20: decreased allowance below zero");
        mxnb.decreaseAllowance(stranger, 1);
        vm.expectRevert();
        mxnb.transfer(address(0), 1);
    }

    function test_tokensSentToTheTokenAreRefused() public {
        vm.prank(bridge);
        vm.expectRevert(bytes(blacklisted));
        mxnb.transfer(address(mxnb), 1);
    }

    function test_blacklistClosesCallerFromAndTo() public {
        vm.prank(bridge);
        mxnb.approve(stranger, 10);

        mxnb.blacklist(bridge);
        expectTransfersRefused();
        mxnb.unBlacklist(bridge);
        mxnb.blacklist(seller);
        expectTransfersRefused();
        mxnb.unBlacklist(seller);

        mxnb.blacklist(stranger);
        vm.prank(stranger);
        vm.expectRevert(bytes(blacklisted));
        mxnb.transferFrom(bridge, seller, 1);
        // Approving moves nothing, and stays open.
        vm.prank(stranger);
        mxnb.approve(bridge, 1);
        mxnb.unBlacklist(stranger);
        vm.prank(stranger);
        mxnb.transferFrom(bridge, seller, 1);
    }

    function test_rolesLogWithoutNamingTheirHolder() public {
        vm.recordLogs();
        mxnb.pause();
        mxnb.unpause();
        mxnb.blacklist(seller);
        mxnb.unBlacklist(seller);
        mxnb.configureMinter(seller, 7);
        mxnb.removeMinter(seller);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs[0].topics[0], MXNB.Pause.selector);
        vm.assertEq(logs[0].data, "");
        vm.assertEq(logs[1].topics[0], MXNB.Unpause.selector);
        vm.assertEq(logs[2].topics[0], MXNB.Blacklisted.selector);
        vm.assertEq(logs[2].topics[1], bytes32(uint256(uint160(seller))));
        vm.assertEq(logs[3].topics[0], MXNB.UnBlacklisted.selector);
        vm.assertEq(logs[4].topics[0], MXNB.MinterConfigured.selector);
        vm.assertEq(logs[4].data, abi.encode(7));
        vm.assertEq(logs[5].topics[0], MXNB.MinterRemoved.selector);
    }

    function test_pauseStopsEveryMovementButNotTheBlacklist() public {
        mxnb.pause();
        bytes memory refusal = "Pausable: paused";
        vm.startPrank(bridge);
        vm.expectRevert(refusal);
        mxnb.transfer(seller, 1);
        vm.expectRevert(refusal);
        mxnb.transferFrom(platform, seller, 0);
        vm.expectRevert(refusal);
        mxnb.approve(seller, 1);
        vm.expectRevert(refusal);
        mxnb.increaseAllowance(seller, 1);
        vm.expectRevert(refusal);
        mxnb.decreaseAllowance(seller, 0);
        vm.expectRevert(refusal);
        mxnb.permit(bridge, seller, 1, block.timestamp, 27, 0, 0);
        vm.stopPrank();
        vm.expectRevert(refusal);
        mxnb.mint(bridge, 1);
        vm.expectRevert(refusal);
        mxnb.burn(1);
        vm.expectRevert(refusal);
        mxnb.configureMinter(bridge, 1);
        mxnb.blacklist(seller);
        mxnb.removeMinter(bridge);
        mxnb.unpause();
        vm.prank(bridge);
        mxnb.transfer(stranger, 1);
    }

    function test_mintersMintUpToTheirAllowance() public {
        mxnb.configureMinter(platform, 100);
        vm.startPrank(platform);
        vm.recordLogs();
        mxnb.mint(seller, 60);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 2, "Mint and Transfer");
        vm.assertEq(logs[0].topics[0], MXNB.Mint.selector);
        vm.assertEq(mxnb.balanceOf(seller), 60);
        vm.assertEq(mxnb.minterAllowance(platform), 40);
        vm.expectRevert("FiatToken: mint amount exceeds minterAllowance");
        mxnb.mint(seller, 41);
        vm.expectRevert("FiatToken: mint amount not greater than 0");
        mxnb.mint(seller, 0);
        vm.stopPrank();

        mxnb.blacklist(seller);
        vm.prank(platform);
        vm.expectRevert(bytes(blacklisted));
        mxnb.mint(seller, 1);
        mxnb.unBlacklist(seller);
        mxnb.blacklist(platform);
        vm.prank(platform);
        vm.expectRevert(bytes(blacklisted));
        mxnb.mint(seller, 1);
        mxnb.unBlacklist(platform);

        mxnb.removeMinter(platform);
        vm.prank(platform);
        vm.expectRevert("FiatToken: caller is not a minter");
        mxnb.mint(seller, 1);
    }

    function test_mintersBurnTheirOwnBalanceOnly() public {
        mxnb.configureMinter(platform, 0);
        vm.prank(bridge);
        mxnb.transfer(platform, 50);
        vm.startPrank(platform);
        vm.recordLogs();
        mxnb.burn(20);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 2, "Burn and Transfer");
        vm.assertEq(logs[0].topics[0], MXNB.Burn.selector);
        vm.assertEq(mxnb.balanceOf(platform), 30);
        vm.assertEq(mxnb.totalSupply(), million - 20);
        vm.expectRevert("FiatToken: burn amount exceeds balance");
        mxnb.burn(31);
        vm.expectRevert("FiatToken: burn amount not greater than 0");
        mxnb.burn(0);
        vm.stopPrank();
        vm.prank(bridge);
        vm.expectRevert("FiatToken: caller is not a minter");
        mxnb.burn(1);
    }

    function test_rolesAreTheDeployersAlone() public {
        vm.startPrank(stranger);
        vm.expectRevert("FiatToken: caller is not the masterMinter");
        mxnb.configureMinter(stranger, 1);
        vm.expectRevert("FiatToken: caller is not the masterMinter");
        mxnb.removeMinter(address(this));
        vm.expectRevert("Pausable: caller is not the pauser");
        mxnb.pause();
        vm.expectRevert("Pausable: caller is not the pauser");
        mxnb.unpause();
        vm.expectRevert("Blacklistable: caller is not the blacklister");
        mxnb.blacklist(bridge);
        vm.expectRevert("Blacklistable: caller is not the blacklister");
        mxnb.unBlacklist(bridge);
    }

    function test_permitGivesAnAllowanceOnce() public {
        address holder = vm.addr(holderKey);
        (uint8 v, bytes32 r, bytes32 s) = signPermit(70, 0, type(uint256).max);
        mxnb.permit(holder, stranger, 70, type(uint256).max, v, r, s);
        vm.assertEq(mxnb.allowance(holder, stranger), 70);
        vm.assertEq(mxnb.nonces(holder), 1);
        vm.expectRevert("EIP2612: invalid signature");
        mxnb.permit(holder, stranger, 70, type(uint256).max, v, r, s);
    }

    function test_permitExpiresAndKnowsItsSigner() public {
        uint256 deadline = block.timestamp;
        (uint8 v, bytes32 r, bytes32 s) = signPermit(70, 0, deadline);
        vm.expectRevert("EIP2612: invalid signature");
        mxnb.permit(bridge, stranger, 70, deadline, v, r, s);
        vm.expectRevert("EIP2612: invalid signature");
        mxnb.permit(address(0), stranger, 70, deadline, 0, r, s);
        vm.warp(deadline + 1);
        vm.expectRevert("FiatTokenV2: permit is expired");
        mxnb.permit(vm.addr(holderKey), stranger, 70, deadline, v, r, s);
    }

    /// @dev The domain is spelt out, not asked of the token: that is how a wallet signs.
    function signPermit(uint256 value, uint256 nonce, uint256 deadline)
        private
        view
        returns (uint8 v, bytes32 r, bytes32 s)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("MXNB"),
                keccak256("2"),
                block.chainid,
                address(mxnb)
            )
        );
        bytes32 terms = keccak256(
            abi.encode(
                bytes32(0x6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9),
                vm.addr(holderKey),
                stranger,
                value,
                nonce,
                deadline
            )
        );
        return vm.sign(holderKey, keccak256(abi.encodePacked(hex"1901", domain, terms)));
    }

    function expectTransfersRefused() private {
        vm.prank(bridge);
        vm.expectRevert(bytes(blacklisted));
        mxnb.transfer(seller, 1);
        vm.prank(stranger);
        vm.expectRevert(bytes(blacklisted));
        mxnb.transferFrom(bridge, seller, 1);
    }
}
