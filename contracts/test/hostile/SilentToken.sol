// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice Returns nothing, as some old tokens do; while it is idle it does not even move anything.
/// @dev Not an ERC20 of OpenZeppelin's: the missing return value is the point.
contract SilentToken {
    mapping(address account => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    bool public idle;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function doNothing(bool on) external {
        idle = on;
    }

    function approve(address spender, uint256 value) external {
        allowance[msg.sender][spender] = value;
    }

    function transfer(address to, uint256 value) external {
        if (!idle) _move(msg.sender, to, value);
    }

    function transferFrom(address from, address to, uint256 value) external {
        if (idle) return;
        allowance[from][msg.sender] -= value;
        _move(from, to, value);
    }

    function _move(address from, address to, uint256 value) private {
        balanceOf[from] -= value;
        balanceOf[to] += value;
    }
}
