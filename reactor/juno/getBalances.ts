import { z } from "zod";
import type { JunoClient } from "./client.ts";
import type { Balances, BankReply } from "./reply.ts";
import { get } from "./request.ts";
import { enveloped } from "./wire/envelope.ts";
import { baseUnits } from "./wire/fields.ts";

/** MXNB's name in the balances, as seen on stage; MXNB itself in case the oddity goes away. */
const mxnbNames = ["mxnbj", "mxnb"];

/** {asset, balance} in 2025, {asset, total, available, on_hold, locked} in 2026. Other assets have other decimals: unread. */
const listed = z.object({ asset: z.string(), available: z.string().optional(), balance: z.string().optional() });

const balances: z.ZodType<Balances> = z
  .object({ balances: z.array(listed) })
  .transform((payload) => {
    const mxnb = payload.balances.filter(({ asset }) => mxnbNames.includes(asset.toLowerCase()));
    // An account that never held MXNB may not list it. None at all stops money calls; it cannot start one.
    return mxnb.length === 0 ? ["0"] : mxnb.map(({ available, balance }) => available ?? balance);
  })
  .pipe(z.tuple([baseUnits]))
  .transform(([mxnbAvailableBaseUnits]) => ({ mxnbAvailableBaseUnits }));

const answer = enveloped(balances);

/** What the whole business account has free to spend, in MXNB base units. */
export async function getBalances(client: JunoClient): Promise<BankReply<Balances>> {
  return await get(client, "/mint_platform/v1/balances", answer);
}
