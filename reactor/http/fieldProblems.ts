import type { ParsedClabe } from "../payments/clabe.ts";
import { LARGEST_CENTAVOS, type ParsedAmount, SMALLEST_CENTAVOS, toPesos } from "../payments/money.ts";
import { PROCESS_NAMES } from "./ports.ts";

type ProblemOf<Parsed> = Extract<Parsed, { ok: false }> extends { problem: infer P extends string } ? P : never;

/** What can be wrong with one field. */
export type FieldProblem =
  | ProblemOf<ParsedAmount>
  | ProblemOf<ParsedClabe>
  | "missing"
  | "not_text"
  | "not_object"
  | "not_boolean"
  | "not_whole_number"
  | "out_of_range"
  | "empty"
  | "too_long"
  | "unprintable"
  | "unknown_field"
  | "unknown_process"
  | "unknown_status"
  | "unknown_leg_state"
  | "unknown_scope"
  | "juno_clabe"
  | "not_iso_date"
  | "not_a_day"
  | "period_too_long"
  | "period_backwards"
  | "not_in_future"
  | "custody_too_long"
  | "custody_missing"
  | "custody_twice"
  | "not_url"
  | "not_email"
  | "not_address"
  | "url_not_allowed"
  | "unknown_event_type"
  | "unknown_delivery_state"
  | "nothing_to_change"
  | "too_many"
  | "not_accepted";

/** One sentence each: the field, what is wrong with it, what is allowed. */
export const fieldProblems: Readonly<Record<FieldProblem, Readonly<{ es: string; en: string }>>> = {
  not_decimal: {
    es: '{field}: no es un monto; debe ser un texto decimal en pesos, como "1500.50".',
    en: '{field}: is not an amount; it must be a decimal string in pesos, such as "1500.50".',
  },
  too_many_decimals: {
    es: '{field}: tiene más de dos decimales; se aceptan hasta dos, como "1500.50".',
    en: '{field}: has more than two decimals; at most two are accepted, as in "1500.50".',
  },
  not_positive: {
    es: `{field}: debe ser mayor que cero; el mínimo es ${toPesos(SMALLEST_CENTAVOS)} MXN.`,
    en: `{field}: must be above zero; the minimum is ${toPesos(SMALLEST_CENTAVOS)} MXN.`,
  },
  too_small: {
    es: `{field}: está por debajo del mínimo de ${toPesos(SMALLEST_CENTAVOS)} MXN.`,
    en: `{field}: is under the minimum of ${toPesos(SMALLEST_CENTAVOS)} MXN.`,
  },
  too_large: {
    es: `{field}: rebasa el máximo de ${toPesos(LARGEST_CENTAVOS)} MXN.`,
    en: `{field}: is over the maximum of ${toPesos(LARGEST_CENTAVOS)} MXN.`,
  },
  not_18_digits: {
    es: "{field}: no es una CLABE; debe tener exactamente 18 dígitos, sin espacios.",
    en: "{field}: is not a CLABE; it must have exactly 18 digits, without spaces.",
  },
  wrong_check_digit: {
    es: "{field}: el dígito verificador de la CLABE no coincide; revise los 18 dígitos.",
    en: "{field}: the CLABE's check digit does not fit; check the 18 digits.",
  },
  juno_clabe: {
    es: "{field}: es una CLABE 710 (NVIO), del mismo banco que paga, y un SPEI no puede llegar ahí; use una cuenta de otro banco.",
    en: "{field}: is a 710 CLABE (NVIO), of the very bank that pays, and no SPEI can arrive there; use an account at another bank.",
  },
  missing: { es: "{field}: falta y es obligatorio.", en: "{field}: is missing and is required." },
  not_text: { es: "{field}: debe ser un texto.", en: "{field}: must be a string." },
  not_object: { es: "{field}: debe ser un objeto JSON.", en: "{field}: must be a JSON object." },
  not_boolean: { es: "{field}: debe ser true o false.", en: "{field}: must be true or false." },
  not_whole_number: { es: "{field}: debe ser un número entero.", en: "{field}: must be a whole number." },
  out_of_range: {
    es: "{field}: está fuera de rango; se acepta de {minimum} a {maximum}.",
    en: "{field}: is out of range; {minimum} to {maximum} is accepted.",
  },
  empty: { es: "{field}: está vacío.", en: "{field}: is empty." },
  too_long: {
    es: "{field}: es demasiado largo; se aceptan hasta {maximum} caracteres.",
    en: "{field}: is too long; at most {maximum} characters are accepted.",
  },
  unprintable: {
    es: "{field}: contiene caracteres de control; se acepta solo texto.",
    en: "{field}: contains control characters; only text is accepted.",
  },
  unknown_field: {
    es: "{field}: no es un campo de esta solicitud; quítelo o corrija su nombre.",
    en: "{field}: is not a field of this request; remove it or correct its name.",
  },
  unknown_process: {
    es: `{field}: no es un proceso; los permitidos son ${PROCESS_NAMES.join(", ")}.`,
    en: `{field}: is not a process; those allowed are ${PROCESS_NAMES.join(", ")}.`,
  },
  unknown_status: {
    es: "{field}: no es un estado de pago; los permitidos son {values}.",
    en: "{field}: is not a payment status; those allowed are {values}.",
  },
  unknown_leg_state: {
    es: "{field}: no es un estado de un tramo; los permitidos son {values}.",
    en: "{field}: is not a leg's state; those allowed are {values}.",
  },
  unknown_scope: {
    es: "{field}: no es un permiso; los permitidos son {values}.",
    en: "{field}: is not a scope; those allowed are {values}.",
  },
  not_iso_date: {
    es: '{field}: no es una fecha ISO 8601 con zona horaria, como "2026-03-31T18:00:00-06:00".',
    en: '{field}: is not an ISO 8601 moment with its offset, such as "2026-03-31T18:00:00-06:00".',
  },
  not_a_day: {
    es: '{field}: no es un día del calendario, como "2026-03-31".',
    en: '{field}: is not a calendar day, such as "2026-03-31".',
  },
  period_too_long: {
    es: "{field}: el periodo abarca más de un año.",
    en: "{field}: the period is longer than a year.",
  },
  period_backwards: {
    es: "{field}: el periodo termina antes de empezar.",
    en: "{field}: the period ends before it begins.",
  },
  not_in_future: {
    es: "{field}: ya pasó; debe ser un momento futuro.",
    en: "{field}: has passed; it must be in the future.",
  },
  custody_too_long: {
    es: "{field}: rebasa la custodia máxima de {maximum} días.",
    en: "{field}: is beyond the longest custody of {maximum} days.",
  },
  custody_missing: {
    es: "{field}: falta el fin de la custodia; envíe custody_end o custody_days.",
    en: "{field}: the end of custody is missing; send custody_end or custody_days.",
  },
  custody_twice: {
    es: "{field}: se enviaron custody_end y custody_days; envíe solo uno.",
    en: "{field}: both custody_end and custody_days were sent; send only one.",
  },
  not_email: {
    es: '{field}: no es un correo electrónico; debe ser como "compradora@ejemplo.mx".',
    en: '{field}: is not an e-mail address; it must be like "buyer@example.mx".',
  },
  not_address: {
    es: "{field}: no es una dirección 0x… de 40 dígitos, o sus mayúsculas no corresponden a ella.",
    en: "{field}: is not a 0x… address of 40 digits, or its capital letters do not fit it.",
  },
  not_url: {
    es: "{field}: no es una URL http(s) sin usuario ni contraseña.",
    en: "{field}: is not an http(s) URL without user and password.",
  },
  url_not_allowed: {
    es: "{field}: no se puede avisar ahí: {message}.",
    en: "{field}: no webhook may go there: {message}.",
  },
  unknown_event_type: {
    es: "{field}: no es un tipo de evento.",
    en: "{field}: is not a type of event.",
  },
  unknown_delivery_state: {
    es: "{field}: no es un estado de entrega; los permitidos son {values}.",
    en: "{field}: is not a delivery state; those allowed are {values}.",
  },
  nothing_to_change: {
    es: "{field}: no trae ningún cambio.",
    en: "{field}: brings no change.",
  },
  too_many: { es: "{field}: son demasiados.", en: "{field}: are too many." },
  not_accepted: { es: "{field}: no es un valor aceptado.", en: "{field}: is not an accepted value." },
};
