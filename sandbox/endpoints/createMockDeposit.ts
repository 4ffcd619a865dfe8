import type { Handler } from "hono";
import { z } from "zod";
import type { Bank } from "../bank.ts";
import { isClabe } from "../clabe.ts";
import { endpointOf } from "../http/endpointOf.ts";
import { isoTime } from "../http/isoTime.ts";
import { amountField, parseBody } from "../http/parseRequest.ts";
import { validationRefusal } from "../http/refusal.ts";
import { BASE_UNITS_PER_CENTAVO, decimalFromCentavos } from "../money.ts";
import { receiveSpei } from "../spei/receiveSpei.ts";
import { mockTrackingKey } from "../spei/trackingKey.ts";

/** A buyer's account when the request names none: the one valid CLABE among the samples of Bitso's documentation. */
const BUYER_CLABE = "646180110400000007";

const body = z.object({
  amount: amountField,
  receiver_clabe: z.string(),
  receiver_name: z.string().min(1),
  sender_name: z.string().min(1),
  sender_clabe: z.string().refine(isClabe, "is not a valid CLABE").default(BUYER_CLABE),
});

/** POST /spei/test/deposits (stage only): a buyer's SPEI to one of the account's CLABEs; its issuance follows by itself. */
export function createMockDeposit(bank: Bank): Handler {
  return async (c) => {
    const request = await parseBody(c, body);
    if (!bank.books.state.clabes.has(request.receiver_clabe)) {
      throw validationRefusal(["receiver_clabe: is not a CLABE of this account"]);
    }
    const names = [request.sender_name, request.receiver_name];
    if (bank.businessName !== undefined && names.some((name) => name !== bank.businessName)) {
      throw validationRefusal(["sender_name, receiver_name: must be the registered business name"]);
    }

    const fate = bank.dial.drawFate({ endpoint: endpointOf(c), amountBaseUnits: request.amount }, "ISSUANCE");
    const { spei, announced } = receiveSpei(
      bank,
      {
        receiverClabe: request.receiver_clabe,
        receiverName: request.receiver_name,
        senderClabe: request.sender_clabe,
        senderName: request.sender_name,
        amountCentavos: request.amount / BASE_UNITS_PER_CENTAVO,
        trackingKey: mockTrackingKey(bank),
      },
      fate,
    );
    if (fate.webhooks === "before_reply") await announced;
    else bank.work.run(announced);

    return c.json({
      success: true,
      payload: {
        amount: decimalFromCentavos(spei.amountCentavos),
        tracking_code: spei.trackingKey,
        tracking_key: spei.trackingKey,
        sender_clabe: spei.senderClabe,
        sender_name: spei.senderName,
        sender_curp: null,
        receiver_clabe: spei.receiverClabe,
        receiver_name: spei.receiverName,
        receiver_curp: null,
        created_at: isoTime(spei.createdAt),
      },
    });
  };
}
