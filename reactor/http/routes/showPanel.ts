import { accepts } from "hono/accepts";
import { html } from "hono/html";
import { openPulls } from "../../store/killSwitch.ts";
import type { ApiApp } from "../caller.ts";
import type { AppPorts, Freshness, Probes, ProcessState } from "../ports.ts";
import { whyStopped } from "../wire/killSwitchView.ts";

/** What the server is: to a program as JSON, to a browser as a page. Neither shows a payment, so neither needs a key. */
export function showPanel(app: ApiApp, ports: AppPorts): void {
  app.get("/", async (c) => {
    const wanted = accepts(c, {
      header: "Accept",
      supports: ["application/json", "text/html"],
      default: "application/json",
    });
    if (wanted === "application/json") return c.json(about);
    const [probes, processes, freshness, pulls] = await Promise.all([
      ports.probes(),
      ports.processes(),
      ports.freshness(),
      openPulls(ports.db),
    ]);
    return c.html(page(probes, processes, freshness, whyStopped(pulls)));
  });
}

const about = {
  name: "Kustodia",
  description: "Automatización de pagos: depósito SPEI, custodia en MXNB, pago SPEI.",
  description_en: "Payment automation: SPEI deposit, custody in MXNB, SPEI payout.",
  status: "/api/automation/status",
  payments: "/api/payments",
  health: "/health",
  ready: "/ready",
};

const PARTS: Readonly<Record<keyof Probes, string>> = {
  database: "Base de datos",
  indexer: "Índice de la cadena",
  rpc: "Nodo de la cadena",
  bank: "Juno",
};

const PROCESSES: Readonly<Record<ProcessState["name"], string>> = {
  deposits: "Depósitos",
  withdrawals: "Retiros",
  custodies: "Custodias",
  payouts: "Pagos",
  sync: "Sincronización",
};

const REFRESH_SECONDS = 5;

function page(probes: Probes, processes: readonly ProcessState[], freshness: Freshness, stopped: string | null) {
  const parts = Object.entries(PARTS).map(([name, label]) => {
    const probe = probes[name as keyof Probes];
    return html`<tr><td>${label}</td><td class="${probe.ok ? "bien" : "mal"}">${probe.ok ? "responde" : "no responde"}</td><td>${probe.detail}</td></tr>`;
  });
  const runs = processes.map(
    (one) =>
      html`<tr><td>${PROCESSES[one.name]}</td><td>cada ${one.everyMinutes} min</td><td>${lastRunOf(one)}</td><td>${timeOf(one.nextRunAtMs)}</td></tr>`,
  );
  return html`<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>Kustodia</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #d8dee6; }
.bien { color: #14743a; }
.mal { color: #b3261e; font-weight: 600; }
.alerta { background: #fff1d6; padding: .6rem 1rem; border-left: 4px solid #d98300; }
</style>
</head>
<body>
<h1>Kustodia</h1>
<p>${about.description}</p>
${stopped === null ? "" : html`<p class="alerta"><strong>Las salidas de dinero están detenidas:</strong> ${stopped}</p>`}
${freshness.stale ? html`<p class="alerta">Los datos de la cadena están atrasados: no sale dinero nuevo hasta que se pongan al día.</p>` : ""}
${freshness.complaint === null ? "" : html`<p class="alerta">${freshness.complaint}</p>`}
<h2>Partes</h2>
<table><tr><th>Parte</th><th>Estado</th><th>Detalle</th></tr>${parts}</table>
<h2>Procesos automáticos</h2>
<table><tr><th>Proceso</th><th>Horario</th><th>Última vez</th><th>Próxima</th></tr>${runs}</table>
<p>Cadena: bloque ${String(freshness.latestBlock ?? "—")}, indexado ${String(freshness.indexedBlock ?? "—")}, definitivo ${String(freshness.settledBlock ?? "—")}.</p>
</body>
</html>`;
}

function lastRunOf({ lastRun, running }: ProcessState): string {
  if (running) return "en curso";
  if (lastRun === null) return "aún no";
  if (lastRun.error !== null) return `${timeOf(lastRun.startedAtMs)}, con error: ${lastRun.error}`;
  return timeOf(lastRun.startedAtMs);
}

const timeOf = (ms: number | null) =>
  ms === null ? "a mano" : new Date(ms).toLocaleTimeString("es-MX", { hour12: false });
