import { z } from "@hono/zod-openapi";
import type { LaneAddresses } from "../../payments/lanes.ts";
import { termOf } from "../../payments/terms.ts";
import { movedAddresses } from "../../store/controls.ts";
import type { Queryable } from "../../store/database.ts";
import { lastPulls, openPulls } from "../../store/killSwitch.ts";
import { isoTime, isoTimeOrNull } from "./isoTime.ts";

const HISTORY = 20;

export const killSwitchView = z
  .object({
    killed: z.boolean().openapi({ description: "No money leaves while this is true" }),
    why: z
      .string()
      .nullable()
      .openapi({ description: "Every reason that is not lifted, and an address that is another one by now" }),
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

/**
 * The switch as it is now, by its first pull that is not lifted, and its last pulls, newest first.
 * @param addresses with which the reactor that answers was started; null where none does.
 */
export async function readKillSwitchView(
  db: Queryable,
  addresses: LaneAddresses | null,
): Promise<z.infer<typeof killSwitchView>> {
  const open = await openPulls(db);
  const [first] = open;
  const why = await whyStopped(db, addresses);
  return {
    killed: why !== null,
    why,
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

/** The reasons in one line; null when money may leave. @param addresses as in `readKillSwitchView`. */
export async function whyStopped(db: Queryable, addresses: LaneAddresses | null): Promise<string | null> {
  const pulled = (await openPulls(db)).map(({ why }) => why);
  const moved = addresses === null ? [] : await movedAddresses(db, addresses);
  const waits = moved.map(
    (name) => `cambió la dirección de «${termOf("control", name, "es")}»: arranque este reactor con ella`,
  );
  return [...pulled, ...waits].join(" · ") || null;
}
