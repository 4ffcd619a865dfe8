import { z } from "@hono/zod-openapi";
import type { KeyRecord } from "../../store/apiKeys.ts";
import { isoTime, isoTimeOrNull } from "./isoTime.ts";

export const keyView = z
  .object({
    id: z.string().openapi({ example: "9f2c4e61a0b3", description: "The key's public half" }),
    owner: z.string(),
    owner_kind: z.enum(["person", "service"]),
    scopes: z.array(z.string()),
    created_by: z.string(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    revoked_by: z.string().nullable(),
    revoked_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable().openapi({ description: "To the minute" }),
  })
  .openapi("Key");

export function toKeyView(key: KeyRecord): z.infer<typeof keyView> {
  return {
    id: key.id,
    owner: key.owner.name,
    owner_kind: key.owner.kind,
    scopes: [...key.scopes],
    created_by: key.createdBy,
    created_at: isoTime(key.createdAtMs),
    expires_at: isoTime(key.expiresAtMs),
    revoked_by: key.revokedBy,
    revoked_at: isoTimeOrNull(key.revokedAtMs),
    last_used_at: isoTimeOrNull(key.lastUsedAtMs),
  };
}
