import { z } from "@hono/zod-openapi";
import type { ArchivedMonth } from "../../store/months/archivedMonths.ts";
import { isoTime, isoTimeOrNull } from "./isoTime.ts";

export const archivedView = z
  .object({
    name: z.string().openapi({ example: "event_2027_01" }),
    since: z.iso.datetime().nullable().openapi({ description: "null: since the beginning" }),
    until: z.iso.datetime().openapi({ description: "Not included" }),
    file: z.string(),
    sha256: z.string().openapi({ description: "The file's, as the sealed history says" }),
    archived_at: z.iso.datetime(),
  })
  .openapi("ArchivedMonth", {
    description: "A time whose events are in a file and no longer listed; their seals are still there",
  });

export function toArchivedView({
  name,
  fromMs,
  toMs,
  file,
  sha256,
  archivedAtMs,
}: ArchivedMonth): z.infer<typeof archivedView> {
  const [since, until, archived_at] = [isoTimeOrNull(fromMs), isoTime(toMs), isoTime(archivedAtMs)];
  return { name, since, until, file, sha256, archived_at };
}
