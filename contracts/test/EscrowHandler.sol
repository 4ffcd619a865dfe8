// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IKustodiaEscrow2_0 as Wire} from "../IKustodiaEscrow2_0.sol";
import {KustodiaEscrow2_0} from "../KustodiaEscrow2_0.sol";
import {MXNB} from "../MXNB.sol";
import {FalseToken} from "./hostile/FalseToken.sol";
import {FeeToken} from "./hostile/FeeToken.sol";
import {SilentToken} from "./hostile/SilentToken.sol";
import {vm} from "./Vm.sol";

/// @notice What the invariant tests call at random, in any order, up to 64 times in a row: every call of the escrow, with
///         an honest token and three hostile ones that turn bad and good again. It is the bridge wallet and the owner.
/// @dev After each call it compares every escrow's status with the one before, by a table of its own.
contract EscrowHandler {
    address public constant platform = address(0x9147F0);

    KustodiaEscrow2_0 public immutable escrow = new KustodiaEscrow2_0();
    address[] public tokens;

    /// @notice Base units that live escrows brought in, and that exits took out, as seen in the token's own balances.
    mapping(address token => uint256) public paidIn;
    mapping(address token => uint256) public paidOut;
    bool public sawIllegalChange;

    MXNB private immutable _mxnb = new MXNB();
    FalseToken private immutable _false = new FalseToken();
    SilentToken private immutable _silent = new SilentToken();
    FeeToken private immutable _fee = new FeeToken();
    mapping(uint256 escrowId => Wire.EscrowStatus) private _lastStatus;
    uint256 private _known;

    constructor() {
        escrow.initialize(address(this), platform);
        _mxnb.configureMinter(address(this), type(uint256).max);
        _mxnb.mint(address(this), 1e30);
        _mxnb.approve(address(escrow), type(uint256).max);
        _false.mint(address(this), 1e30);
        _false.approve(address(escrow), type(uint256).max);
        _silent.mint(address(this), 1e30);
        _silent.approve(address(escrow), type(uint256).max);
        _fee.mint(address(this), 1e30);
        _fee.approve(address(escrow), type(uint256).max);
        tokens = [address(_mxnb), address(_false), address(_silent), address(_fee)];
    }

    modifier watched() {
        _;
        for (uint256 id = 1; id < escrow.nextEscrowId(); id++) {
            (,,,,,, Wire.EscrowStatus status,,) = escrow.escrows(id);
            if (id > _known) sawIllegalChange = sawIllegalChange || status != Wire.EscrowStatus.Funded;
            else if (status != _lastStatus[id]) sawIllegalChange = sawIllegalChange || !_legal(_lastStatus[id], status);
            else continue;
            _lastStatus[id] = status;
        }
        _known = escrow.nextEscrowId() - 1;
    }

    function create(uint256 tokenSeed, uint96 amount, uint32 custodySeconds) external watched {
        address token = tokens[tokenSeed % tokens.length];
        uint256 heldBefore = IERC20(token).balanceOf(address(escrow));
        uint256 deadline = block.timestamp + custodySeconds % 60 days;
        escrow.createEscrow(address(this), address(this), token, amount, deadline, "v", "h", "p");
        paidIn[token] += IERC20(token).balanceOf(address(escrow)) - heldBefore;
    }

    function fund(uint256 seed) external watched {
        escrow.fundEscrow(_some(seed, Wire.EscrowStatus.Pending));
    }

    function release(uint256 seed) external watched {
        uint256 id = _some(seed, Wire.EscrowStatus.Funded);
        uint256 heldBefore = _held(id);
        escrow.release(id);
        paidOut[_tokenOf(id)] += heldBefore - _held(id);
    }

    function dispute(uint256 seed) external watched {
        escrow.dispute(_some(seed, Wire.EscrowStatus.Funded), "case");
    }

    function resolve(uint256 seed, bool inFavorOfSeller) external watched {
        uint256 id = _some(seed, Wire.EscrowStatus.Disputed);
        uint256 heldBefore = _held(id);
        escrow.resolveDispute(id, inFavorOfSeller);
        paidOut[_tokenOf(id)] += heldBefore - _held(id);
    }

    function cancel(uint256 seed) external watched {
        escrow.cancel(_some(seed, Wire.EscrowStatus.Pending));
    }

    function donate(uint256 tokenSeed, uint64 amount) external watched {
        // Through the mint: a silent token's transfer has no return value to decode.
        FalseToken(tokens[tokenSeed % tokens.length]).mint(address(escrow), amount);
    }

    function rescue(uint256 tokenSeed, uint64 amount) external watched {
        escrow.rescueTokens(tokens[tokenSeed % tokens.length], address(this), amount);
    }

    /// @dev One time in eight on: mostly paused, nothing would ever be created.
    function pause(uint8 die) external watched {
        if (die % 8 == 0) escrow.pause();
        else escrow.unpause();
    }

    /// @dev At most one token is bad at a time, and half of the time none.
    function turnTokens(uint8 die) external watched {
        _false.lie(die % 10 == 0);
        _silent.doNothing(die % 10 == 1);
        _fee.charge(die % 10 == 2 || die % 10 == 3 ? 2 : 0, die % 10 == 3);
        if (die % 10 == 4) _mxnb.blacklist(address(escrow));
        else _mxnb.unBlacklist(address(escrow));
    }

    function pass(uint32 secondsToPass) external watched {
        vm.warp(block.timestamp + secondsToPass % 5 days);
    }

    function numberOfTokens() external view returns (uint256) {
        return tokens.length;
    }

    /// @dev An even seed asks for an escrow in the status that the call needs; an odd one takes any, and now and then one
    ///      that never was: wrong calls are tried as often as right ones.
    function _some(uint256 seed, Wire.EscrowStatus wanted) private view returns (uint256) {
        uint256 next = escrow.nextEscrowId();
        uint256 start = seed / 2 % next;
        if (seed % 2 == 0) {
            for (uint256 i = 0; i < next; i++) {
                uint256 id = 1 + (start + i) % next;
                (address payer,,,,,, Wire.EscrowStatus status,,) = escrow.escrows(id);
                if (payer != address(0) && status == wanted) return id;
            }
        }
        return 1 + start;
    }

    function _tokenOf(uint256 id) private view returns (address token) {
        (,,,,,,,, token) = escrow.escrows(id);
    }

    function _held(uint256 id) private view returns (uint256) {
        return IERC20(_tokenOf(id)).balanceOf(address(escrow));
    }

    function _legal(Wire.EscrowStatus from, Wire.EscrowStatus to) private pure returns (bool) {
        if (from == Wire.EscrowStatus.Funded) {
            return to == Wire.EscrowStatus.Released || to == Wire.EscrowStatus.Disputed;
        }
        if (from == Wire.EscrowStatus.Disputed) {
            return to == Wire.EscrowStatus.Funded || to == Wire.EscrowStatus.Cancelled;
        }
        return false;
    }
}
