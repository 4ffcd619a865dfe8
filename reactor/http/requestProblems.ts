import type { ContentfulStatusCode } from "hono/utils/http-status";

type Row = Readonly<{ status: ContentfulStatusCode; title: string; es: string; en: string }>;

/** Refusals of a request as a whole. The names are stable: callers tell them apart by `urn:kustodia:problem:<name>`. */
export const requestProblems = {
  malformed_json: {
    status: 400,
    title: "JSON mal formado",
    es: "El cuerpo de la solicitud no es JSON válido.",
    en: "The request's body is not valid JSON.",
  },
  unauthenticated: {
    status: 401,
    title: "Falta la clave",
    es: "Falta la clave de la API o no es válida: envíe «Authorization: Bearer <clave>».",
    en: "The API key is missing or not valid: send “Authorization: Bearer <key>”.",
  },
  key_ended: {
    status: 401,
    title: "Clave terminada",
    es: "Esta clave venció o fue revocada: pida otra a quien administra las claves.",
    en: "This key has expired or was revoked: ask whoever administers the keys for another one.",
  },
  scope_missing: {
    status: 403,
    title: "Sin permiso",
    es: "Esta clave no tiene el permiso {scope}, o es demasiado nueva para usarlo.",
    en: "This key does not have the scope {scope}, or is too new to use it.",
  },
  service_never_approves: {
    status: 403,
    title: "Un servicio no aprueba",
    es: "scopes: aprobar es de personas; un servicio no puede tener el permiso approve.",
    en: "scopes: approving is a person's; a service cannot have the scope approve.",
  },
  needs_persons: {
    status: 403,
    title: "Hacen falta dos personas",
    es: "Esto lo deciden dos personas, cada una con su clave; la clave de un servicio no basta.",
    en: "Two persons decide this, each with their own key; a service's key does not do.",
  },
  own_plan: {
    status: 403,
    title: "Plan propio",
    es: "Un plan lo confirma otra persona que quien lo propuso, con cualquiera de sus claves.",
    en: "A plan is confirmed by another person than the one who proposed it, whichever key is used.",
  },
  key_not_found: {
    status: 404,
    title: "Clave desconocida",
    es: "No hay una clave vigente {id}.",
    en: "There is no key {id} in use.",
  },
  route_not_found: {
    status: 404,
    title: "Ruta desconocida",
    es: "No existe {method} {path}.",
    en: "There is no {method} {path}.",
  },
  payment_not_found: {
    status: 404,
    title: "Pago desconocido",
    es: "No existe el pago {id}.",
    en: "There is no payment {id}.",
  },
  plan_not_found: {
    status: 404,
    title: "Plan desconocido",
    es: "No existe ese plan: consulte GET /api/plans.",
    en: "There is no such plan: see GET /api/plans.",
  },
  plan_changed: {
    status: 409,
    title: "El plan cambió",
    es: "Lo que haría este plan cambió desde que se propuso: propóngalo de nuevo y léanlo los dos.",
    en: "What this plan would do has changed since it was proposed: propose it again, and both read it.",
  },
  plan_done: {
    status: 409,
    title: "Plan ya confirmado",
    es: "Este plan ya fue confirmado.",
    en: "This plan has been confirmed already.",
  },
  plan_expired: {
    status: 409,
    title: "Plan vencido",
    es: "Este plan venció sin su segunda persona: propóngalo de nuevo.",
    en: "This plan expired without its second person: propose it again.",
  },
  name_of_another_kind: {
    status: 409,
    title: "Nombre ocupado",
    es: "owner: {name} ya es el nombre de una persona o de un servicio; elija otro nombre u otro owner_kind.",
    en: "owner: {name} already names a person or a service; choose another name or another owner_kind.",
  },
  same_amount_pending: {
    status: 409,
    title: "Pago pendiente igual",
    es: "El pago {id} ya espera {amount} en la misma CLABE: un depósito no podría distinguirse. Cambie el monto, o envíe allow_same_amount: true.",
    en: "Payment {id} already awaits {amount} on the same CLABE: a deposit could not be told apart. Change the amount, or send allow_same_amount: true.",
  },
  clabe_of_another_customer: {
    status: 409,
    title: "CLABE de otro cliente",
    es: "deposit_clabe: pertenece a otro cliente; cada CLABE de depósito es de un solo cliente para siempre.",
    en: "deposit_clabe: belongs to another customer; each deposit CLABE is one customer's for ever.",
  },
  customer_has_another_clabe: {
    status: 409,
    title: "El cliente ya tiene CLABE",
    es: "deposit_clabe: este cliente ya tiene otra CLABE de depósito; omita el campo para usarla.",
    en: "deposit_clabe: this customer already has another deposit CLABE; leave the field out to use it.",
  },
  id_taken: {
    status: 409,
    title: "Número de pago ocupado",
    es: "id: ya existe el pago {id}; omita el campo para que se asigne uno.",
    en: "id: payment {id} already exists; leave the field out to have one assigned.",
  },
  external_id_reused: {
    status: 409,
    title: "external_id repetido",
    es: "external_id: ya se usó para el pago {id} con otros datos; repita los mismos datos o use otro external_id.",
    en: "external_id: was already used for payment {id} with other data; repeat the same data or use another external_id.",
  },
  idempotency_key_reused: {
    status: 409,
    title: "Idempotency-Key repetida",
    es: "Idempotency-Key: ya se usó con otros datos; repita los mismos datos o use otra clave.",
    en: "Idempotency-Key: was already used with other data; repeat the same data or use another key.",
  },
  still_answering: {
    status: 409,
    title: "Solicitud en curso",
    es: "Idempotency-Key: la primera solicitud con esta clave todavía se atiende; repítala en unos segundos.",
    en: "Idempotency-Key: the first request with this key is still being answered; repeat it in a few seconds.",
  },
  process_running: {
    status: 409,
    title: "Proceso en curso",
    es: "El proceso {process} ya se está ejecutando; espere a que termine.",
    en: "The process {process} is already running; wait until it ends.",
  },
  nothing_to_lift: {
    status: 409,
    title: "Nada que levantar",
    es: "Nada detiene las salidas de dinero, o solo lo que ocurrió después de up_to: consulte GET /api/kill-switch.",
    en: "Nothing stops outgoing money, or only what came after up_to: see GET /api/kill-switch.",
  },
  body_too_large: {
    status: 413,
    title: "Cuerpo demasiado grande",
    es: "El cuerpo de la solicitud rebasa el máximo de {maximum} KiB.",
    en: "The request's body is over the limit of {maximum} KiB.",
  },
  wrong_content_type: {
    status: 415,
    title: "Tipo de contenido no aceptado",
    es: "El cuerpo debe enviarse como JSON, con Content-Type: application/json.",
    en: "The body must be sent as JSON, with Content-Type: application/json.",
  },
  internal_error: {
    status: 500,
    title: "Error interno",
    es: "Ocurrió un error inesperado; quedó registrado. Es seguro repetir la solicitud con el mismo external_id o Idempotency-Key.",
    en: "An unexpected error happened and was recorded. It is safe to repeat the request with the same external_id or Idempotency-Key.",
  },
  bank_gave_no_clabe: {
    status: 503,
    title: "El banco no dio una CLABE",
    es: "El banco no pudo asignar una CLABE de depósito ({message}); intente de nuevo más tarde.",
    en: "The bank could not assign a deposit CLABE ({message}); try again later.",
  },
  process_failed: {
    status: 503,
    title: "El proceso falló",
    es: "Error en proceso automático {process}: {message}",
    en: "The process {process} failed: {message}",
  },
  database_unavailable: {
    status: 503,
    title: "Base de datos no disponible",
    es: "La base de datos no está disponible; intente de nuevo en unos segundos.",
    en: "The database is not available; try again in a few seconds.",
  },
  too_slow: {
    status: 504,
    title: "Sin respuesta a tiempo",
    es: "La respuesta tardó demasiado. Es seguro repetir la solicitud con el mismo external_id o Idempotency-Key.",
    en: "The answer took too long. It is safe to repeat the request with the same external_id or Idempotency-Key.",
  },
} as const satisfies Record<string, Row>;

export type RequestProblem = keyof typeof requestProblems;
