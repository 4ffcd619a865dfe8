import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import type { FoundBreak } from "../../reactor/store/breaks.ts";

/** A break that a test opens: MXNB left the bridge's wallet by nobody's order. */
export const stolenTokens: FoundBreak = {
  ...{ account: FIRST_ACCOUNT, kind: "stolen_tokens", source: "chain", outsideId: "0xabc:1" },
  ...{ paymentId: null, legId: null, consumed: {}, seen: { txHash: "0xabc" }, atBank: {} },
  amountBaseUnits: 1_500_000_000n,
};
