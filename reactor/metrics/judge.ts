import type { Stored } from "./setGauges.ts";

/** Something that stands and that a person must know of: the alert's name in RUNBOOK.md, and what stands, in Spanish. */
export type Standing = Readonly<{ name: string; detail: string }>;

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** The rules of ops/alerts.yml that what is stored can answer, for who has no Prometheus. No name and no account is in a detail. */
const RULES: Readonly<Record<string, (stored: Stored) => string | null>> = {
  KustodiaMoneyStopped: ({ gauges }) => some(gauges.openPulls, "motivos detienen las salidas de dinero"),
  KustodiaUnknownOrder: ({ gauges }) =>
    some(
      gauges.openAttempts.filter(({ outcome, oldestS }) => outcome === "unknown" && oldestS > 10 * MINUTE_S).length,
      "clases de órdenes llevan más de 10 minutos sin respuesta clara",
    ),
  KustodiaLegInReview: ({ gauges }) =>
    some(
      gauges.legs.filter(({ state }) => state === "review").reduce((sum, { count }) => sum + count, 0),
      "tramos esperan a una persona",
    ),
  KustodiaLegsOverdue: ({ gauges }) =>
    (gauges.oldestDueS ?? 0) > 2 * MINUTE_S ? "hay tramos sin revisar desde hace más de dos minutos" : null,
  KustodiaPayoutSlow: ({ gauges }) =>
    gauges.legs.some(({ kind, state, oldestS }) => kind === "payout" && state === "paying" && oldestS > 2 * HOUR_S)
      ? "un SPEI lleva más de dos horas en camino"
      : null,
  KustodiaPayoutUnscreened: ({ gauges }) =>
    (gauges.oldestUnscreenedS ?? 0) > 15 * MINUTE_S
      ? "un pago listo lleva más de 15 minutos sin que lo libere la verificación de nombre y sanciones"
      : null,
  KustodiaBankSilent: ({ gauges }) =>
    (gauges.bankReadingS ?? 0) > 11 * MINUTE_S ? "Juno no se ha leído completo en 11 minutos" : null,
  KustodiaFactsStale: ({ lag }) => (lag.stale ? "lo que se sabe de la cadena es viejo" : null),
  KustodiaUnassignedDeposit: ({ gauges }) => some(gauges.unassignedDeposits, "depósitos por asignar"),
  KustodiaWebhookLate: ({ gauges }) =>
    some(
      gauges.deliveries.filter(({ oldestS }) => oldestS > HOUR_S).length,
      "webhooks con avisos de hace más de una hora",
    ),
  KustodiaHistoryUnplanned: ({ gauges: { months } }) =>
    months.strayRows > 0
      ? `${months.strayRows} registros de la historia no tienen mes`
      : months.madeForS < 14 * DAY_S
        ? "la historia no tiene hechos sus próximos meses"
        : null,
  KustodiaWebhookDisabled: ({ gauges }) => some(gauges.endpointsDisabled, "webhooks desactivados"),
};

const some = (count: number, what: string): string | null => (count > 0 ? `${count} ${what}` : null);

/** What stands now of what a person must know. */
export function judge(stored: Stored): readonly Standing[] {
  return Object.entries(RULES).flatMap(([name, rule]) => {
    const detail = rule(stored);
    return detail === null ? [] : [{ name, detail }];
  });
}

/** The names that `judge` can give. */
export const JUDGED: readonly string[] = Object.keys(RULES);
