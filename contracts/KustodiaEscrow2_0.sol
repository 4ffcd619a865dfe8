// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IKustodiaEscrow2_0} from "./IKustodiaEscrow2_0.sol";

/// @title Custody of MXNB between a SPEI deposit and a SPEI payout
/// @notice The ABI of the deployed KustodiaEscrow2_0, with the money safe: an escrow is funded in the call that creates
///         it, and no call can pay out what belongs to another escrow.
/// @dev One state machine: created Funded; Funded <-> Disputed; Funded -> Released; Disputed -> Cancelled. Only the
///      bridge wallet moves it. Released tokens go to the bridge wallet, cancelled ones to the platform wallet: buyer
///      and seller are paid by SPEI, and have no rights on chain.
///
///      Not a proxy: the code that holds the money cannot be replaced under it. The deployer is the owner from the
///      constructor on and only the owner may call `initialize`, so nobody can initialise in our place, in whatever
///      transaction that happens; until then there is no bridge wallet and every call is refused. Behind a proxy there
///      would be no owner at all, and nothing would ever start.
contract KustodiaEscrow2_0 is IKustodiaEscrow2_0, Ownable2Step, Pausable, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice The longest custody, in seconds. A deadline beyond it is a unit mistake (milliseconds), not a sale.
    uint256 public constant MAX_CUSTODY = 730 days;

    uint256 public nextEscrowId;
    mapping(uint256 => Escrow) public escrows;
    address public bridgeWallet;
    address public platformWallet;

    /// @notice What live escrows (Funded or Disputed) hold of a token, in its base units. Never above our balance of it.
    mapping(address token => uint256) public totalEscrowed;

    event BridgeWalletUpdated(address indexed previousWallet, address indexed newWallet);
    event PlatformWalletUpdated(address indexed previousWallet, address indexed newWallet);
    event TokensRescued(address indexed token, address indexed to, uint256 amount);

    error AlreadyInitialized();
    error NotBridgeWallet(address caller);
    error ZeroAddress();
    error ZeroAmount();
    error DeadlineOutOfRange(uint256 deadline, uint256 earliest, uint256 latest);
    error DeadlinePassed(uint256 escrowId, uint256 deadline);
    error ClearClabe();
    error UnexpectedAmountReceived(address token, uint256 expected, uint256 received);
    error UnexpectedAmountSent(address token, uint256 expected, uint256 sent);
    error UnknownEscrow(uint256 escrowId);
    error WrongStatus(uint256 escrowId, EscrowStatus actual, EscrowStatus required);
    error OnlySurplusCanBeRescued(address token, uint256 surplus);
    error OwnershipCannotBeRenounced();

    modifier onlyBridge() {
        require(msg.sender == bridgeWallet, NotBridgeWallet(msg.sender));
        _;
    }

    constructor() Ownable(msg.sender) {}

    /// @inheritdoc IKustodiaEscrow2_0
    /// @dev Once, by the deployer. Ids start at 1, as in the deployed contract.
    function initialize(address _bridgeWallet, address _platformWallet) external onlyOwner {
        require(nextEscrowId == 0, AlreadyInitialized());
        nextEscrowId = 1;
        _setBridgeWallet(_bridgeWallet);
        _setPlatformWallet(_platformWallet);
        emit Initialized(1);
    }

    /// @notice Takes `amount` of `token` from the bridge wallet into a new escrow, which is Funded when the call returns.
    /// @dev The tokens come from the caller, whoever `payer` is: in the SPEI flow the buyer has no tokens, and an
    ///      allowance that somebody else once gave us must not be spendable by naming them.
    ///      The same three logs in the same order as the deployed createEscrow and fundEscrow together.
    /// @param amount Base units of `token`; exactly this much must arrive, so a token that takes a fee is refused.
    /// @param deadline Unix seconds, in the future and at most MAX_CUSTODY away. It bounds disputes, not the release.
    /// @param clabe A keyed hash of the payout CLABE. The CLABE itself is refused: what is on chain is public for ever.
    /// @return The new escrow's id.
    function createEscrow(
        address payer,
        address payee,
        address token,
        uint256 amount,
        uint256 deadline,
        string calldata vertical,
        string calldata clabe,
        string calldata conditions
    ) external onlyBridge whenNotPaused nonReentrant returns (uint256) {
        require(payer != address(0) && payee != address(0) && token != address(0), ZeroAddress());
        require(amount > 0, ZeroAmount());
        require(
            deadline > block.timestamp && deadline <= block.timestamp + MAX_CUSTODY,
            DeadlineOutOfRange(deadline, block.timestamp + 1, block.timestamp + MAX_CUSTODY)
        );
        require(!_looksLikeClabe(clabe), ClearClabe());

        uint256 escrowId = nextEscrowId++;
        escrows[escrowId] =
            Escrow(payer, payee, amount, deadline, vertical, clabe, EscrowStatus.Funded, conditions, token);
        totalEscrowed[token] += amount;
        emit EscrowCreated(escrowId, payer, payee, amount, vertical, clabe);

        _pullExactly(IERC20(token), amount);
        emit EscrowFunded(escrowId, amount);
        return escrowId;
    }

    /// @inheritdoc IKustodiaEscrow2_0
    /// @dev Kept for the ABI. It asks for Pending, and no escrow of this contract ever is: it always reverts, and says
    ///      with which status, so that a second funding can never be taken.
    function fundEscrow(uint256 escrowId) external onlyBridge whenNotPaused nonReentrant {
        _escrowIn(escrowId, EscrowStatus.Pending);
    }

    /// @notice Ends the custody: the tokens go to the bridge wallet, which pays the seller by SPEI.
    /// @dev Works while paused, and before the deadline too: both parties may have approved early.
    function release(uint256 escrowId) external onlyBridge nonReentrant {
        Escrow storage escrow = _escrowIn(escrowId, EscrowStatus.Funded);
        _payOut(escrow, EscrowStatus.Released, bridgeWallet);
        emit EscrowReleased(escrowId);
    }

    /// @notice Freezes a Funded escrow until its dispute is resolved. Only before the deadline.
    /// @param reason A reference to the case. Never the text of the complaint: it is public for ever.
    function dispute(uint256 escrowId, string calldata reason) external onlyBridge whenNotPaused nonReentrant {
        Escrow storage escrow = _escrowIn(escrowId, EscrowStatus.Funded);
        require(block.timestamp < escrow.deadline, DeadlinePassed(escrowId, escrow.deadline));
        escrow.status = EscrowStatus.Disputed;
        emit EscrowDisputed(escrowId, msg.sender, reason);
    }

    /// @notice For the seller: back to Funded, to be released. For the buyer: Cancelled, and the tokens go to the
    ///         platform wallet, which refunds the buyer by SPEI. Works while paused.
    function resolveDispute(uint256 escrowId, bool inFavorOfSeller) external onlyBridge nonReentrant {
        Escrow storage escrow = _escrowIn(escrowId, EscrowStatus.Disputed);
        if (inFavorOfSeller) escrow.status = EscrowStatus.Funded;
        else _payOut(escrow, EscrowStatus.Cancelled, platformWallet);
        emit EscrowDisputeResolved(escrowId, inFavorOfSeller);
    }

    /// @inheritdoc IKustodiaEscrow2_0
    /// @dev Kept for the ABI. The deployed contract cancels only what was never funded; here everything is funded, so it
    ///      always reverts. A buyer gets the money back by a dispute, never by a call that elsewhere moves nothing.
    function cancel(uint256 escrowId) external onlyBridge nonReentrant {
        _escrowIn(escrowId, EscrowStatus.Pending);
    }

    /// @notice Sends away tokens that came here by mistake: never more than what no live escrow holds.
    function rescueTokens(address token, address to, uint256 amount) external onlyOwner nonReentrant {
        uint256 surplus = IERC20(token).balanceOf(address(this)) - totalEscrowed[token];
        require(amount <= surplus, OnlySurplusCanBeRescued(token, surplus));
        emit TokensRescued(token, to, amount);
        _pushExactly(IERC20(token), to, amount);
    }

    /// @notice Changes who operates, and where releases go: of live escrows too, so that a lost or blacklisted bridge
    ///         wallet does not lock them.
    function setBridgeWallet(address _bridgeWallet) external onlyOwner {
        _setBridgeWallet(_bridgeWallet);
    }

    /// @notice Changes where the tokens of a dispute won by the buyer go: of live escrows too.
    function setPlatformWallet(address _platformWallet) external onlyOwner {
        _setPlatformWallet(_platformWallet);
    }

    /// @notice Stops new escrows and new disputes. Never the exits: release and resolveDispute go on.
    function pause() external onlyOwner {
        _pause();
    }

    function unpause() external onlyOwner {
        _unpause();
    }

    /// @notice Always reverts: without an owner a lost bridge wallet would lock every escrow.
    function renounceOwnership() public override onlyOwner {
        revert OwnershipCannotBeRenounced();
    }

    /// @notice The escrow as one value; an unknown id reads as all zeros, as `escrows(escrowId)` does.
    function getEscrow(uint256 escrowId) external view returns (Escrow memory) {
        return escrows[escrowId];
    }

    function _escrowIn(uint256 escrowId, EscrowStatus required) private view returns (Escrow storage escrow) {
        escrow = escrows[escrowId];
        require(escrow.payer != address(0), UnknownEscrow(escrowId));
        require(escrow.status == required, WrongStatus(escrowId, escrow.status, required));
    }

    function _pullExactly(IERC20 token, uint256 amount) private {
        uint256 balanceBefore = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - balanceBefore;
        require(received == amount, UnexpectedAmountReceived(address(token), amount, received));
    }

    function _payOut(Escrow storage escrow, EscrowStatus end, address to) private {
        escrow.status = end;
        totalEscrowed[escrow.token] -= escrow.amount;
        _pushExactly(IERC20(escrow.token), to, escrow.amount);
    }

    /// @dev A token that says yes and moves nothing must not end an escrow; one that takes more must not spend others'.
    function _pushExactly(IERC20 token, address to, uint256 amount) private {
        uint256 balanceBefore = token.balanceOf(address(this));
        token.safeTransfer(to, amount);
        uint256 sent = balanceBefore - token.balanceOf(address(this));
        require(sent == amount, UnexpectedAmountSent(address(token), amount, sent));
    }

    function _setBridgeWallet(address wallet) private {
        require(wallet != address(0), ZeroAddress());
        emit BridgeWalletUpdated(bridgeWallet, wallet);
        bridgeWallet = wallet;
    }

    function _setPlatformWallet(address wallet) private {
        require(wallet != address(0), ZeroAddress());
        emit PlatformWalletUpdated(platformWallet, wallet);
        platformWallet = wallet;
    }

    /// @dev A CLABE is 18 digits and nothing else.
    function _looksLikeClabe(string calldata text) private pure returns (bool) {
        bytes calldata characters = bytes(text);
        if (characters.length != 18) return false;
        for (uint256 i = 0; i < 18; i++) {
            if (characters[i] < "0" || characters[i] > "9") return false;
        }
        return true;
    }
}
