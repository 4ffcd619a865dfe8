// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Calls back in the middle of a transfer. Make it the bridge wallet or the owner, and only the escrow's guard
///         stands between its call and the money.
contract ReentrantToken is ERC20("Reentrant", "REENTRANT") {
    address private immutable _escrow;
    bytes private _callback;

    constructor(address escrow) {
        _escrow = escrow;
        _approve(address(this), escrow, type(uint256).max);
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice The call to make inside the next transfer.
    function arm(bytes calldata callback) external {
        _callback = callback;
    }

    /// @notice Calls the escrow as this token.
    function act(bytes calldata call) external returns (bytes memory) {
        return Address.functionCall(_escrow, call);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from == address(0) || _callback.length == 0) return;
        bytes memory callback = _callback;
        delete _callback;
        Address.functionCall(_escrow, callback);
    }
}
