// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Keeps a percentage of each transfer: from what arrives, or on top, from what the sender has left.
contract FeeToken is ERC20("Fee", "FEE") {
    uint256 public feePercent;
    bool public onTop;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function charge(uint256 percent, bool onTop_) external {
        feePercent = percent;
        onTop = onTop_;
    }

    function _update(address from, address to, uint256 value) internal override {
        uint256 fee = from == address(0) || to == address(0) ? 0 : value * feePercent / 100;
        if (fee > 0) super._update(from, address(0), fee);
        super._update(from, to, onTop ? value : value - fee);
    }
}
