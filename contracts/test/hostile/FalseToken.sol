// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice While it lies, a transfer moves nothing and says so only by returning false.
contract FalseToken is ERC20("False", "FALSE") {
    bool public lying;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function lie(bool on) external {
        lying = on;
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        return !lying && super.transfer(to, value);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        return !lying && super.transferFrom(from, to, value);
    }
}
