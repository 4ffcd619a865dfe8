// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @title What the deployed KustodiaEscrow2_0 looks like from outside
/// @notice Written once, so that our contract and the double of the deployed one cannot drift from the same ABI: the
///         reactor and the indexer must not be able to tell them apart. Parameter names, the order of the struct and
///         the numbers of the statuses are part of it.
interface IKustodiaEscrow2_0 {
    /// @dev 0 to 4 on the wire. An unknown id reads as Pending with payer zero: there is no "none".
    enum EscrowStatus {
        Pending,
        Funded,
        Released,
        Disputed,
        Cancelled
    }

    /// @dev `amount` in base units of `token`, `deadline` in unix seconds. `vertical`, `clabe` and `conditions` are
    ///      public for ever: references and keyed hashes only.
    struct Escrow {
        address payer;
        address payee;
        uint256 amount;
        uint256 deadline;
        string vertical;
        string clabe;
        EscrowStatus status;
        string conditions;
        address token;
    }

    event EscrowCreated(
        uint256 indexed escrowId,
        address indexed payer,
        address indexed payee,
        uint256 amount,
        string vertical,
        string clabe
    );
    event EscrowFunded(uint256 indexed escrowId, uint256 amount);
    event EscrowReleased(uint256 indexed escrowId);
    event EscrowDisputed(uint256 indexed escrowId, address by, string reason);
    event EscrowDisputeResolved(uint256 indexed escrowId, bool inFavorOfSeller);
    event EscrowCancelled(uint256 indexed escrowId);
    event Initialized(uint8 version);

    function initialize(address _bridgeWallet, address _platformWallet) external;

    function createEscrow(
        address payer,
        address payee,
        address token,
        uint256 amount,
        uint256 deadline,
        string calldata vertical,
        string calldata clabe,
        string calldata conditions
    ) external returns (uint256);

    function fundEscrow(uint256 escrowId) external;

    function release(uint256 escrowId) external;

    function dispute(uint256 escrowId, string calldata reason) external;

    function resolveDispute(uint256 escrowId, bool inFavorOfSeller) external;

    function cancel(uint256 escrowId) external;

    function rescueTokens(address token, address to, uint256 amount) external;

    function setBridgeWallet(address _bridgeWallet) external;

    function setPlatformWallet(address _platformWallet) external;

    function escrows(uint256)
        external
        view
        returns (
            address payer,
            address payee,
            uint256 amount,
            uint256 deadline,
            string memory vertical,
            string memory clabe,
            EscrowStatus status,
            string memory conditions,
            address token
        );

    function nextEscrowId() external view returns (uint256);

    function bridgeWallet() external view returns (address);

    function platformWallet() external view returns (address);
}
