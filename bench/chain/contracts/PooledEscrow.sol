// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title The least that an escrow of a token can be
/// @notice As OpenZeppelin's Escrow had it: one pool, an owner who pays in and lets go, and nothing on chain of what it is for.
contract PooledEscrow is Ownable {
    using SafeERC20 for IERC20;

    struct Deposit {
        address payee;
        uint96 amount;
    }

    IERC20 public immutable token;
    uint256 public nextId = 1;
    mapping(uint256 => Deposit) public deposits;

    event Deposited(uint256 indexed id, address indexed payee, uint256 amount);
    event Released(uint256 indexed id);

    constructor(IERC20 _token) Ownable(msg.sender) {
        token = _token;
    }

    function deposit(address payee, uint96 amount) external onlyOwner returns (uint256 id) {
        id = nextId++;
        deposits[id] = Deposit(payee, amount);
        emit Deposited(id, payee, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    function release(uint256 id) external onlyOwner {
        Deposit memory held = deposits[id];
        delete deposits[id];
        emit Released(id);
        token.safeTransfer(held.payee, held.amount);
    }
}
