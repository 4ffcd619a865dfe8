import { and, desc, inArray, lt } from "drizzle-orm";
import type { SystemEventType } from "../payments/words.ts";
import type { StoredEvent } from "./appendEvent.ts";
import type { Queryable } from "./database.ts";
import { EVENT_COLUMNS, event } from "./schema/index.ts";

/** Events that a person is behind. */
const BY_PERSONS: readonly SystemEventType[] = [
  "accion_de_operador",
  "plan_propuesto",
  "clave_creada",
  "clave_revocada",
  "interruptor_activado",
  "interruptor_levantado",
  "alerta_atendida",
  "webhook_registrado",
  "webhook_cambiado",
  "webhook_secreto_cambiado",
  "webhook_eliminado",
  "webhook_reenviado",
  "enlace_creado",
  "enlace_revocado",
];

/** What persons did and planned, newest first, before one event. */
export async function readAudit(
  db: Queryable,
  { before, limit }: { before: number | null; limit: number },
): Promise<readonly StoredEvent[]> {
  return db
    .select(EVENT_COLUMNS)
    .from(event)
    .where(and(inArray(event.type, BY_PERSONS), before === null ? undefined : lt(event.id, before)))
    .orderBy(desc(event.id))
    .limit(limit);
}
