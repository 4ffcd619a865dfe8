import { type Logger, pino } from "pino";
import { loggedWords } from "./loggedWords.ts";
import type { AnyEventType } from "./payments/words.ts";
import type { Console } from "./reactor.ts";
import { messageOf } from "./store/messageOf.ts";

/** `text` for a person at a terminal; `json` for what collects the logs of several machines, a line a record. */
export type LogFormat = "text" | "json";

/**
 * The reactor's voice, through `write`, a whole line at a time. Nothing is said that `redact` has not seen.
 * @param redact hides secrets and CLABEs.
 */
export function openConsole(
  format: LogFormat,
  write: (line: string) => void,
  redact: (text: string) => string,
): Console {
  return format === "text" ? speakTo((line) => write(`${redact(line)}\n`)) : recordTo(write, redact);
}

/** Prints sentences for people. Times are the reader's own. Orders are for machines: what came of them is an event. */
function speakTo(write: (line: string) => void): Console {
  return {
    say: write,
    event: (event) => {
      const { atMs, paymentId } = event;
      const time = new Date(atMs).toLocaleTimeString("es-MX", { hourCycle: "h23" });
      write(`${time}  ${paymentId === null ? "sistema" : `pago ${paymentId}`}  ${loggedWords(event)}`);
    },
    order: () => undefined,
    failed: (doing, error) => write(failure(doing, error)),
  };
}

/** Records the same sentences as `msg`, with the ids by which a payment, a leg and an effect are followed. */
function recordTo(write: (line: string) => void, redact: (text: string) => string): Console {
  const log: Logger = pino(
    {
      base: { service: "kustodia-reactor" },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write },
  );
  return {
    say: (line) => log.info(redact(line)),
    event: (event) => {
      const { id, paymentId, legId, type, actor } = event;
      const fields = { event_id: id, payment_id: paymentId, leg_id: legId, event: type, actor: redact(actor) };
      log[needsEyes.has(type) ? "warn" : "info"](fields, redact(loggedWords(event)));
    },
    order: ({ paymentId, legId, effectId, action, outcome }) =>
      log.info({ payment_id: paymentId, leg_id: legId, effect_id: effectId, action, outcome }, `${action}: ${outcome}`),
    failed: (doing, error, leg) => {
      const ids = leg && { payment_id: leg.paymentId, leg_id: leg.id };
      log.error({ doing: redact(doing), ...ids, error: recordOf(error, redact) }, redact(failure(doing, error)));
    },
  };
}

/** Events that a person should look at, who filters by level. */
const needsEyes: ReadonlySet<AnyEventType> = new Set<AnyEventType>([
  "en_revision",
  "error_automatico",
  "evento_ajeno",
  "intento_desconocido",
  "interruptor_activado",
  "pago_spei_devuelto",
  "webhook_desactivado",
  "plan_propuesto",
]);

/** The client's people grep for this line (client-system.md). */
const failure = (doing: string, error: unknown) => `❌ Error procesando: ${doing}: ${inWords(error)}`;

function inWords(error: unknown): string {
  const said = messageOf(error);
  const cause = error instanceof Error && error.cause instanceof Error ? messageOf(error.cause) : said;
  return cause === said ? said : `${said} (${cause})`;
}

type ErrorRecord = Readonly<{ type: string; message: string; stack: string; cause?: ErrorRecord }>;

/**
 * An error with its causes, as far as they are errors. Other members may hold anything and are left out; so is the message
 * that a stack begins with, which repeats what a failed query was sent with.
 */
function recordOf(error: unknown, redact: (text: string) => string): ErrorRecord {
  if (!(error instanceof Error)) return { type: typeof error, message: redact(String(error)), stack: "" };
  const { name, stack = "", cause } = error;
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  const record = { type: name, message: redact(messageOf(error)), stack: redact(frames.join("\n")) };
  return cause instanceof Error ? { ...record, cause: recordOf(cause, redact) } : record;
}
