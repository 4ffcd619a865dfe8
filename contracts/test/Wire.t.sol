// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IKustodiaEscrow2_0 as Wire} from "../IKustodiaEscrow2_0.sol";
import {KustodiaEscrow2_0} from "../KustodiaEscrow2_0.sol";
import {MXNB} from "../MXNB.sol";
import {EscrowFixture} from "./EscrowFixture.sol";
import {TwoStepEscrow} from "./TwoStepEscrow.sol";
import {Vm, vm} from "./Vm.sol";

/// @notice What programs that know the deployed contract see. The literals are the deployed contract's and MXNB's own.
contract WireTest is EscrowFixture {
    function test_selectorsAreTheDeployedOnes() public pure {
        same(Wire.initialize.selector, 0x485cc955);
        same(Wire.createEscrow.selector, 0x488ec89e);
        same(Wire.fundEscrow.selector, 0xc9c31af5);
        same(Wire.release.selector, 0x37bdc99b);
        same(Wire.dispute.selector, 0x66c85dee);
        same(Wire.resolveDispute.selector, 0x34b25ee2);
        same(Wire.cancel.selector, 0x40e58ee5);
        same(Wire.rescueTokens.selector, 0xcea9d26f);
        same(Wire.setBridgeWallet.selector, 0xcc9351b6);
        same(Wire.setPlatformWallet.selector, 0x8831e9cf);
        same(Ownable.transferOwnership.selector, 0xf2fde38b);
        same(Ownable.renounceOwnership.selector, 0x715018a6);
        same(Wire.escrows.selector, 0x012f52ee);
        same(Wire.nextEscrowId.selector, 0x89cb29dd);
        same(Wire.bridgeWallet.selector, 0xfa89c171);
        same(Wire.platformWallet.selector, 0xfa2af9da);
        same(Ownable.owner.selector, 0x8da5cb5b);
        same(KustodiaEscrow2_0.getEscrow.selector, 0x7d19e596);
    }

    function test_topicsAreTheDeployedOnes() public pure {
        vm.assertEq(Wire.EscrowCreated.selector, 0x0bcf1e4a8179b3db7b841fac86f1eea3a6a1bce099a9502f05257ee5efecdffe);
        vm.assertEq(Wire.EscrowFunded.selector, 0x911052e1be46242b46bf3c2762227ff37c000e5fe38727638096f3a17fbfe170);
        vm.assertEq(Wire.EscrowReleased.selector, 0x69833829d5691ae09424af7d16f73adf033451149ea9c2fc6fcb4c44108eef67);
        vm.assertEq(Wire.EscrowDisputed.selector, 0xc523357a17c19a0da11b08e9f4d7e4fbed304cbe1be1d3583e4d5a677d75d709);
        vm.assertEq(
            Wire.EscrowDisputeResolved.selector, 0x694013e1c7c934eef6ed1a5776d4008895769844a7fced962b0bddb002fff624
        );
        vm.assertEq(Wire.EscrowCancelled.selector, 0x0d977c6b1a383ac5ce532b4a668d0ef9ad38478e1a5ff28abb221f4b682b2643);
        vm.assertEq(bytes32(bytes4(Wire.Initialized.selector)), bytes32(bytes4(0x7f26b83f)));
        vm.assertEq(bytes32(bytes4(Ownable.OwnershipTransferred.selector)), bytes32(bytes4(0x8be0079c)));
    }

    function test_tokenTopicsAndSelectorsAreMxnbs() public pure {
        vm.assertEq(MXNB.Mint.selector, 0xab8530f87dc9b59234c4623bf917212bb2536d647574c8e7e5da92c2ede0c9f8);
        vm.assertEq(MXNB.Burn.selector, 0xcc16f5dbb4873280815c1ee09dbd06736cffcc184412cf7a71a0fdb75d397ca5);
        vm.assertEq(MXNB.Blacklisted.selector, 0xffa4e6181777692565cf28528fc88fd1516ea86b56da075235fa575af6a4b855);
        vm.assertEq(MXNB.UnBlacklisted.selector, 0x117e3210bb9aa7d9baff172026820255c6f6c30ba8999d1c2fd88e2848137c4e);
        vm.assertEq(MXNB.Pause.selector, 0x6985a02210a168e66602d3235cb6db0e70f92b3ba4d376a33c0f3d9434bff625);
        vm.assertEq(MXNB.Unpause.selector, 0x7805862f689e2f13df9f062ff482ad3ad112aca9e0847911ed832e158c525b33);
        vm.assertEq(bytes32(bytes4(MXNB.MinterConfigured.selector)), bytes32(bytes4(0x46980fca)));
        vm.assertEq(bytes32(bytes4(MXNB.MinterRemoved.selector)), bytes32(bytes4(0xe94479a9)));
        same(MXNB.permit.selector, 0xd505accf);
        same(MXNB.decimals.selector, 0x313ce567);
        same(bytes4(keccak256("isBlacklisted(address)")), 0xfe575a87);
        same(bytes4(keccak256("paused()")), 0x5c975abb);
    }

    function test_statusesAndFieldsReadAsInTheDeployedContract() public {
        uint256 id = create(500e6);
        vm.assertEq(id, 1, "the first id");
        (
            address payer,
            address payee,
            uint256 amount,
            uint256 deadline,
            string memory vertical,
            string memory clabe,
            Wire.EscrowStatus status,
            string memory conditions,
            address token
        ) = escrow.escrows(id);
        vm.assertEq(payer, buyer);
        vm.assertEq(payee, seller);
        vm.assertEq(amount, 500e6);
        vm.assertEq(deadline, block.timestamp + custody);
        vm.assertEq(vertical, "inmobiliaria");
        vm.assertEq(clabe, "hmac:5e884898");
        vm.assertEq(uint256(status), 1, "Funded");
        vm.assertEq(conditions, "payment:81");
        vm.assertEq(token, address(mxnb));

        // One struct and nine values differ on the wire by the offset that says where the struct begins.
        (, bytes memory fields) = address(escrow).staticcall(abi.encodeCall(Wire.escrows, (id)));
        (, bytes memory whole) = address(escrow).staticcall(abi.encodeCall(KustodiaEscrow2_0.getEscrow, (id)));
        vm.assertEq(whole, bytes.concat(abi.encode(uint256(32)), fields));
    }

    function test_createLogsWhatTheDeployedCreateAndFundLogTogether() public {
        TwoStepEscrow deployed = new TwoStepEscrow();
        deployed.initialize(bridge, platform);
        vm.startPrank(bridge);
        mxnb.approve(address(deployed), million);

        vm.recordLogs();
        open(escrow);
        Vm.Log[] memory ours = vm.getRecordedLogs();
        deployed.fundEscrow(open(deployed));
        Vm.Log[] memory theirs = vm.getRecordedLogs();

        vm.assertEq(ours.length, 3, "EscrowCreated, Transfer, EscrowFunded");
        vm.assertEq(theirs.length, 3, "EscrowCreated, Transfer, EscrowFunded");
        vm.assertEq(ours[0].topics[0], Wire.EscrowCreated.selector);
        vm.assertEq(ours[1].topics[0], IERC20.Transfer.selector);
        vm.assertEq(ours[2].topics[0], Wire.EscrowFunded.selector);
        vm.assertEq(abi.encode(ours[0].topics, ours[0].data), abi.encode(theirs[0].topics, theirs[0].data));
        vm.assertEq(ours[1].data, theirs[1].data);
        vm.assertEq(abi.encode(ours[2].topics, ours[2].data), abi.encode(theirs[2].topics, theirs[2].data));
    }

    function test_everyLaterCallLogsWhatTheDeployedOneLogs() public {
        TwoStepEscrow deployed = new TwoStepEscrow();
        deployed.initialize(bridge, platform);
        vm.startPrank(bridge);
        mxnb.approve(address(deployed), million);
        vm.recordLogs();
        live(escrow, open(escrow));
        live(escrow, open(escrow));
        Vm.Log[] memory ours = vm.getRecordedLogs();
        for (uint256 i = 0; i < 2; i++) {
            uint256 id = open(deployed);
            deployed.fundEscrow(id);
            live(deployed, id);
        }
        Vm.Log[] memory theirs = vm.getRecordedLogs();

        vm.assertEq(ours.length, theirs.length, "logs");
        for (uint256 i = 0; i < ours.length; i++) {
            vm.assertEq(ours[i].topics[0], theirs[i].topics[0]);
            vm.assertEq(ours[i].data, theirs[i].data);
            // A Transfer's other topics name the two contracts, which differ.
            if (ours[i].topics[0] == IERC20.Transfer.selector) continue;
            vm.assertEq(abi.encode(ours[i].topics), abi.encode(theirs[i].topics));
        }
    }

    function test_initializeLogsTheVersionAndTheWallets() public {
        KustodiaEscrow2_0 fresh = new KustodiaEscrow2_0();
        vm.recordLogs();
        fresh.initialize(bridge, platform);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 3, "BridgeWalletUpdated, PlatformWalletUpdated, Initialized");
        vm.assertEq(logs[0].topics[0], KustodiaEscrow2_0.BridgeWalletUpdated.selector);
        vm.assertEq(logs[0].topics[2], bytes32(uint256(uint160(bridge))));
        vm.assertEq(logs[1].topics[0], KustodiaEscrow2_0.PlatformWalletUpdated.selector);
        vm.assertEq(logs[1].topics[2], bytes32(uint256(uint160(platform))));
        vm.assertEq(logs[2].topics[0], Wire.Initialized.selector);
        vm.assertEq(logs[2].data, abi.encode(uint8(1)));
    }

    /// @dev The first escrow is disputed, won by the seller and released; the second is won by the buyer.
    function live(Wire target, uint256 id) private {
        target.dispute(id, "case:7");
        target.resolveDispute(id, id == 1);
        if (id == 1) target.release(id);
    }

    function open(Wire target) private returns (uint256) {
        return target.createEscrow(bridge, seller, address(mxnb), 700e6, block.timestamp + custody, "autos", "h", "p");
    }

    function same(bytes4 actual, bytes4 expected) private pure {
        vm.assertEq(bytes32(actual), bytes32(expected));
    }
}
