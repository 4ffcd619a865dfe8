import { z } from "@hono/zod-openapi";
import { CONTROL_NAMES, type Controls, isCeiling } from "../../payments/controls.ts";
import { toDecimal } from "../../payments/money.ts";
import type { Control } from "../../store/controls.ts";
import { isoTime } from "./isoTime.ts";

export const controlView = z
  .object({
    name: z.enum(CONTROL_NAMES),
    kind: z.enum(["ceiling", "address"]),
    value: z.string().openapi({ description: "In force: pesos of a ceiling, else an address", example: "20000000.00" }),
    configured: z.string().openapi({ description: "What the configuration of the reactor that answers says of it" }),
    differs: z.boolean().openapi({
      description: "The configuration says otherwise: it is not taken; of an address, this reactor sends no money",
    }),
    version: z.int(),
    set_by: z.array(z.string()).openapi({ description: "The two who stand for it; nobody for the first version" }),
    reason: z.string().nullable(),
    set_at: z.iso.datetime(),
  })
  .openapi("Control");

export function toControlView(control: Control, configured: Controls): z.infer<typeof controlView> {
  const { name, value, version, setBy, reason, setAtMs } = control;
  const shown = (text: string) => (isCeiling(name) ? toDecimal(BigInt(text)) : text);
  return {
    name,
    kind: isCeiling(name) ? "ceiling" : "address",
    value: shown(value),
    configured: shown(configured[name]),
    differs: value !== configured[name],
    version,
    set_by: setBy ?? [],
    reason,
    set_at: isoTime(setAtMs),
  };
}
