// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title One payment's money, in a contract of its own
contract EscrowPerPayment is Initializable {
    using SafeERC20 for IERC20;

    address public operator;
    address public payee;
    IERC20 public token;

    event Funded(uint256 amount);
    event Released(uint256 amount);

    function initialize(address _operator, address _payee, IERC20 _token) external initializer {
        operator = _operator;
        payee = _payee;
        token = _token;
    }

    function fund(uint256 amount) external {
        require(msg.sender == operator, "not the operator");
        emit Funded(amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    function release() external {
        require(msg.sender == operator, "not the operator");
        uint256 amount = token.balanceOf(address(this));
        emit Released(amount);
        token.safeTransfer(payee, amount);
    }
}

/// @title Makes them, as OpenZeppelin's Clones do: no payment's code or money can touch another's
contract EscrowFactory {
    address public immutable implementation = address(new EscrowPerPayment());

    event EscrowMade(address indexed escrow);

    function create(address payee, IERC20 token) external returns (address escrow) {
        escrow = Clones.clone(implementation);
        EscrowPerPayment(escrow).initialize(msg.sender, payee, token);
        emit EscrowMade(escrow);
    }
}
