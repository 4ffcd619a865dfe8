import { describe } from "./payments/words.ts";
import type { StoredEvent } from "./store/appendEvent.ts";

/** Who writes no free text: what they say of an event is the program's own. */
const MACHINES: ReadonlySet<string> = new Set(["kustodia", "tripwire"]);
const UNTOLD = "…";
/** Plans quote what somebody typed between these. */
const QUOTED = /«[^»]*»/g;

/**
 * An event's Spanish words as a log may have them: without what a person typed, which may name anybody. Logs go to where
 * nothing is erased; what was typed is read on the pages and by the API.
 */
export function loggedWords({ type, data, actor, es }: Pick<StoredEvent, "type" | "data" | "actor" | "es">): string {
  const ofPerson = !MACHINES.has(actor);
  const typed: Record<string, string> = {
    ...(data.reason !== undefined && { reason: UNTOLD }),
    ...(data.owner !== undefined && { owner: UNTOLD }),
    ...(data.es !== undefined && { es: data.es.replace(QUOTED, `«${UNTOLD}»`) }),
    ...(ofPerson && type === "interruptor_activado" && { message: UNTOLD }),
    ...(type === "interruptor_levantado" && { message: UNTOLD, why: UNTOLD }),
  };
  return Object.keys(typed).length === 0 ? es : describe(type, { ...data, ...typed }).es;
}
