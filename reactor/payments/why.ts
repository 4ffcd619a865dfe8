import { type Awaited, HINDRANCES, WAITING, type Waiting, WHO } from "./awaited.ts";
import { isOver, type Leg, type Reason, rowOf } from "./leg.ts";
import { reviewExits } from "./reviewExits.ts";
import { type PaymentStatus, statusOf } from "./status.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./table.ts";
import { termOf } from "./terms.ts";
import { momentInMexico } from "./words.ts";

type Words = Readonly<{ es: string; en: string }>;

/** Why a payment is where it is: a sentence for people, and its parts for programs. */
export type Why = Words &
  Readonly<{
    legId: number | null;
    from: Awaited | null;
    awaits: Words | null;
    sinceMs: number | null;
    reason: Reason | null;
    missing: Words | null;
    next: Words | null;
    /** When the machine looks next by itself, unix ms; null: only when something wakes it, or never. */
    nextAtMs: number | null;
    /** When its time is over and a person is asked, unix ms. */
    deadlineAtMs: number | null;
  }>;

/** A leg, and when it is looked at next, unix ms. */
export type Scheduled = Leg & Readonly<{ dueAtMs: number | null }>;

/**
 * What a payment waits for, of whom, since when, and what comes next. Pure.
 * @param legs all of the payment's.
 */
export function why(legs: readonly Scheduled[], nowMs: number): Why {
  const leg = holdingLeg(legs);
  if (leg === null) return { ...NOTHING, ...over(legs) };
  if (leg.state === "review") return reviewed(leg);
  const waiting = waitingOf(leg);
  if (waiting === null) return { ...NOTHING, ...over(legs) };
  const { from, what, missing, next } = waiting;
  const { id: legId, enteredAtMs: sinceMs, reason, dueAtMs: nextAtMs, deadlineAtMs } = leg;
  return {
    es: sentence("es", leg, waiting, nowMs),
    en: sentence("en", leg, waiting, nowMs),
    ...{ legId, from, awaits: what, sinceMs, reason, missing, next, nextAtMs, deadlineAtMs },
  };
}

/** The leg that the payment waits for: one that a person must look at, else the first that is not over. */
function holdingLeg(legs: readonly Scheduled[]): Scheduled | null {
  const inReview = legs.find(({ state }) => state === "review");
  const order = ["deposit", "custody", "payout"] as const;
  const open = order.flatMap((kind) => legs.filter((leg) => leg.kind === kind)).find((leg) => !isOver(leg));
  const deposit = legs.find(({ kind }) => kind === "deposit");
  const ended = deposit?.state === "expired" || deposit?.state === "cancelled";
  return inReview ?? (ended ? null : (open ?? null));
}

function waitingOf({ kind, state }: Scheduled): Waiting | null {
  const states: Readonly<Record<string, Waiting | null>> = WAITING[kind];
  return states[state] ?? null;
}

function sentence(language: "es" | "en", leg: Scheduled, waiting: Waiting, nowMs: number): string {
  const { from, what, missing, next } = waiting;
  const since = momentInMexico(leg.enteredAtMs);
  const at = leg.dueAtMs === null ? null : momentInMexico(leg.dueAtMs);
  const hindered = leg.reason === null ? null : HINDRANCES[leg.reason][language];
  const left = leg.deadlineAtMs === null ? null : leg.deadlineAtMs - nowMs;
  const toReview = rowOf(leg.kind, leg.state).deadline?.to === "review";
  const parts =
    language === "es"
      ? [
          `Se espera ${what.es} ${WHO[from].es} desde ${since}`,
          hindered && `no avanza porque ${hindered}`,
          `falta ${missing.es}`,
          `después, por sí solo: ${next.es}${at === null ? "" : ` (se mira otra vez: ${at})`}`,
          left &&
            (left > 0 ? `quedan ${span(left)}` : "su plazo venció") + (toReview ? " antes de pasar a revisión" : ""),
        ]
      : [
          `Awaited: ${what.en} ${WHO[from].en}, since ${since}`,
          hindered && `it does not go on because ${hindered}`,
          `missing: ${missing.en}`,
          `then, by itself: ${next.en}${at === null ? "" : ` (looked at again: ${at})`}`,
          left &&
            (left > 0 ? `${span(left)} are left` : "its time is over") + (toReview ? " before it goes to review" : ""),
        ];
  return `${parts.filter(Boolean).join("; ")}.`;
}

/** In a person's hands: nothing goes on by itself. */
function reviewed(leg: Scheduled): Why {
  const { reviewFrom } = leg;
  if (reviewFrom === null) throw new Error(`Leg ${leg.id} is in review without the state that it came from.`);
  const before = rowOf(leg.kind, reviewFrom);
  const exits = (language: "es" | "en") =>
    reviewExits(leg.kind, reviewFrom)
      .map(({ outcome, persons }) => `${termOf("exit", outcome, language)} (${persons})`)
      .join("; ");
  const since = momentInMexico(leg.enteredAtMs);
  const awaits = { es: "que una persona lo saque de revisión", en: "a person to take it out of review" };
  const missing = { es: "la decisión y su evidencia", en: "the decision and its evidence" };
  const next = { es: "nada sin ella", en: "nothing without it" };
  return {
    ...NOTHING,
    es: `En revisión desde ${since}: venía de «${before.es}» y nada sigue solo; salidas, con cuántas personas: ${exits("es")}.`,
    en: `In review since ${since}: it came from “${before.en}” and nothing goes on by itself; exits, with how many persons: ${exits("en")}.`,
    ...{ legId: leg.id, from: "person", awaits, sinceMs: leg.enteredAtMs, missing, next },
  };
}

function over(legs: readonly Leg[]): Words {
  const status = statusOf(legs);
  return {
    es: `Nada se espera: el pago terminó (${ENDED[status] ?? status}).`,
    en: `Nothing is awaited: the payment is over (${status}).`,
  };
}

const ENDED: Readonly<Partial<Record<PaymentStatus, string>>> = {
  completed: "completado",
  refunded: "devuelto",
  cancelled: "cancelado",
  expired: "vencido",
};

const NOTHING = {
  legId: null,
  from: null,
  awaits: null,
  sinceMs: null,
  reason: null,
  missing: null,
  next: null,
  nextAtMs: null,
  deadlineAtMs: null,
} as const;

/** A span of time as people say it: "2 d 3 h", "1 h 5 min", "0 min". */
function span(ms: number): string {
  const [days, hours, minutes] = [
    Math.floor(ms / DAY_MS),
    Math.floor((ms % DAY_MS) / HOUR_MS),
    Math.floor((ms % HOUR_MS) / MINUTE_MS),
  ];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
}
