/** The five processes, as the client names and schedules them (client-system.md); withdrawals are beside the four it shows. */
export const processes = {
  deposits: { everyMinutes: 5, says: "🔍 Revisando nuevos depósitos SPEI..." },
  withdrawals: { everyMinutes: 7, says: "🏦 Revisando retiros de Juno a la cartera puente..." },
  custodies: { everyMinutes: 10, says: "⏰ Revisando custodias expiradas..." },
  payouts: { everyMinutes: 15, says: "💸 Revisando pagos pendientes..." },
  sync: { everyMinutes: 60, says: "🔄 Sincronizando estados con blockchain..." },
} as const;

export type ProcessName = keyof typeof processes;
export const PROCESS_NAMES = Object.keys(processes) as ProcessName[];

const HOUR_MS = 3_600_000;

/** When a process runs next, unix ms: at its multiples of minutes within the hour, and anew at each full hour, as cron does. */
export function nextRunMs(name: ProcessName, nowMs: number): number {
  const everyMs = processes[name].everyMinutes * 60_000;
  const hourMs = nowMs - (nowMs % HOUR_MS);
  const nextMs = hourMs + (Math.floor((nowMs - hourMs) / everyMs) + 1) * everyMs;
  return Math.min(nextMs, hourMs + HOUR_MS);
}

/** The client's cron expressions. Every seven minutes starts again with the hour, as cron has it. */
export function cronOf(name: ProcessName): string {
  const { everyMinutes } = processes[name];
  return everyMinutes === 60 ? "0 * * * *" : `*/${everyMinutes} * * * *`;
}
