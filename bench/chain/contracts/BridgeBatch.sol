// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title A bridge wallet that is a contract and can therefore create many escrows in one transaction
/// @notice Each call stands for itself: one that the escrow refuses leaves the others as they are.
contract BridgeBatch {
    event Refused(uint256 indexed index, bytes reason);

    function approve(IERC20 token, address spender, uint256 amount) external {
        token.approve(spender, amount);
    }

    function callEach(address escrow, bytes[] calldata calls) external {
        for (uint256 i = 0; i < calls.length; i++) {
            (bool done, bytes memory reason) = escrow.call(calls[i]);
            if (!done) emit Refused(i, reason);
        }
    }
}
