import { z } from "@hono/zod-openapi";
import type { Queryable } from "../../store/database.ts";
import { lastPulls, openPulls, type Pull } from "../../store/killSwitch.ts";
import { isoTime, isoTimeOrNull } from "./isoTime.ts";

const HISTORY = 20;

export const killSwitchView = z
  .object({
    killed: z.boolean().openapi({ description: "No money leaves while this is true" }),
    why: z.string().nullable().openapi({ description: "Every reason that is not lifted" }),
    pulled_by: z.string().nullable(),
    pulled_at: z.iso.datetime().nullable(),
    history: z.array(
      z.object({
        id: z.int(),
        why: z.string(),
        pulled_by: z.string(),
        pulled_at: z.iso.datetime(),
        lifted_by: z.array(z.string()).nullable(),
        lift_reason: z.string().nullable(),
        lifted_at: z.iso.datetime().nullable(),
      }),
    ),
  })
  .openapi("KillSwitch");

/** The switch as it is now, by its first pull that is not lifted, and its last pulls, newest first. */
export async function readKillSwitchView(db: Queryable): Promise<z.infer<typeof killSwitchView>> {
  const open = await openPulls(db);
  const [first] = open;
  return {
    killed: first !== undefined,
    why: whyStopped(open),
    pulled_by: first?.pulledBy ?? null,
    pulled_at: isoTimeOrNull(first?.pulledAtMs ?? null),
    history: (await lastPulls(db, HISTORY)).map((pull) => ({
      id: pull.id,
      why: pull.why,
      pulled_by: pull.pulledBy,
      pulled_at: isoTime(pull.pulledAtMs),
      lifted_by: pull.liftedBy,
      lift_reason: pull.liftReason,
      lifted_at: isoTimeOrNull(pull.liftedAtMs),
    })),
  };
}

/** The reasons in one line; null when money may leave. */
export const whyStopped = (open: readonly Pull[]): string | null => open.map(({ why }) => why).join(" · ") || null;
