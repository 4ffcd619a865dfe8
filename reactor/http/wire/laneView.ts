import { z } from "@hono/zod-openapi";
import { LANE_STATES } from "../../payments/lanes.ts";
import type { Lane } from "../../store/lanes.ts";
import { isoTime } from "./isoTime.ts";

const address = z.string().nullable();

export const laneView = z
  .object({
    name: z.string().openapi({ example: "principal" }),
    account: z.string().openapi({
      example: "principal",
      description: "Our name for the bank account that its payments come in by and are paid from",
    }),
    chain_id: z
      .int()
      .nullable()
      .openapi({ example: 42_161, description: "On which chain; null before its first reactor was started" }),
    state: z.enum(LANE_STATES),
    open_payments: z.int().openapi({ description: "Payments of this lane that have not ended" }),
    escrow_contract: address.openapi({ description: "Null before its first reactor was started" }),
    bridge_wallet: address,
    set_by: z.array(z.string()).openapi({ description: "Who put it into this state; nobody for how it began" }),
    reason: z.string().nullable(),
    since: z.iso.datetime(),
  })
  .openapi("Lane");

export function toLaneView({
  name,
  account,
  chainId,
  state,
  openPayments,
  addresses,
  setBy,
  reason,
  sinceMs,
}: Lane): z.infer<typeof laneView> {
  return {
    name,
    account,
    chain_id: chainId,
    state,
    open_payments: openPayments,
    escrow_contract: addresses?.escrowContract ?? null,
    bridge_wallet: addresses?.bridge ?? null,
    set_by: [...(setBy ?? [])],
    reason,
    since: isoTime(sinceMs),
  };
}
