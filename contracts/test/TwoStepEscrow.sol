// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IKustodiaEscrow2_0} from "../IKustodiaEscrow2_0.sol";

/// @title The deployed KustodiaEscrow2_0, as it behaves
/// @notice A double for tests: createEscrow only records, fundEscrow takes the tokens from the payer. With its gaps:
///         no getEscrow, no pause, no bound on the deadline, a rescue that can take escrowed tokens, an id that was
///         never created reads as Pending. Its refusals are words, which programs read. The reactor must drive this and
///         ours alike.
contract TwoStepEscrow is IKustodiaEscrow2_0, Ownable {
    uint256 public nextEscrowId;
    mapping(uint256 => Escrow) public escrows;
    address public bridgeWallet;
    address public platformWallet;

    modifier onlyBridge() {
        require(msg.sender == bridgeWallet, "Not bridge wallet");
        _;
    }

    constructor() Ownable(msg.sender) {}

    /// @dev Whoever comes first becomes the owner: the deployed one has no constructor that would prevent it.
    function initialize(address _bridgeWallet, address _platformWallet) external {
        require(nextEscrowId == 0, "Initializable: contract is already initialized");
        _transferOwnership(msg.sender);
        nextEscrowId = 1;
        setBridgeWallet(_bridgeWallet);
        setPlatformWallet(_platformWallet);
        emit Initialized(1);
    }

    function createEscrow(
        address payer,
        address payee,
        address token,
        uint256 amount,
        uint256 deadline,
        string calldata vertical,
        string calldata clabe,
        string calldata conditions
    ) external onlyBridge returns (uint256) {
        require(payee != address(0), "Invalid payee");
        require(payer != address(0), "Invalid payer");
        require(amount > 0, "Invalid amount");
        require(deadline > block.timestamp, "Invalid deadline");
        uint256 escrowId = nextEscrowId++;
        escrows[escrowId] =
            Escrow(payer, payee, amount, deadline, vertical, clabe, EscrowStatus.Pending, conditions, token);
        emit EscrowCreated(escrowId, payer, payee, amount, vertical, clabe);
        return escrowId;
    }

    function fundEscrow(uint256 escrowId) external onlyBridge {
        Escrow storage escrow = _move(escrowId, EscrowStatus.Pending, EscrowStatus.Funded, "Not pending");
        require(escrow.token != address(0), "Token not set");
        require(escrow.amount > 0, "Amount not set");
        require(IERC20(escrow.token).transferFrom(escrow.payer, address(this), escrow.amount), "Token transfer failed");
        emit EscrowFunded(escrowId, escrow.amount);
    }

    function release(uint256 escrowId) external onlyBridge {
        Escrow storage escrow = _move(escrowId, EscrowStatus.Funded, EscrowStatus.Released, "Not funded");
        require(IERC20(escrow.token).transfer(bridgeWallet, escrow.amount), "Token transfer failed");
        emit EscrowReleased(escrowId);
    }

    function dispute(uint256 escrowId, string calldata reason) external onlyBridge {
        Escrow storage escrow = _move(escrowId, EscrowStatus.Funded, EscrowStatus.Disputed, "Not funded");
        require(block.timestamp < escrow.deadline, "Deadline passed");
        emit EscrowDisputed(escrowId, msg.sender, reason);
    }

    function resolveDispute(uint256 escrowId, bool inFavorOfSeller) external onlyBridge {
        EscrowStatus next = inFavorOfSeller ? EscrowStatus.Funded : EscrowStatus.Cancelled;
        Escrow storage escrow = _move(escrowId, EscrowStatus.Disputed, next, "Not disputed");
        if (!inFavorOfSeller) {
            require(IERC20(escrow.token).transfer(platformWallet, escrow.amount), "Refund failed");
        }
        emit EscrowDisputeResolved(escrowId, inFavorOfSeller);
    }

    function cancel(uint256 escrowId) external onlyBridge {
        _move(escrowId, EscrowStatus.Pending, EscrowStatus.Cancelled, "Not pending");
        emit EscrowCancelled(escrowId);
    }

    function rescueTokens(address token, address to, uint256 amount) external onlyOwner {
        require(IERC20(token).transfer(to, amount), "Rescue transfer failed");
    }

    function setBridgeWallet(address _bridgeWallet) public onlyOwner {
        require(_bridgeWallet != address(0), "Invalid bridge wallet");
        bridgeWallet = _bridgeWallet;
    }

    function setPlatformWallet(address _platformWallet) public onlyOwner {
        require(_platformWallet != address(0), "Invalid platform wallet");
        platformWallet = _platformWallet;
    }

    function _move(uint256 escrowId, EscrowStatus from, EscrowStatus to, string memory refusal)
        private
        returns (Escrow storage escrow)
    {
        escrow = escrows[escrowId];
        require(escrow.status == from, refusal);
        escrow.status = to;
    }
}
