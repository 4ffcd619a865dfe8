import type { ApiApp } from "../caller.ts";

/** What the server is, to a program. To a browser it shows a page (reactor/pages). */
export function showAbout(app: ApiApp): void {
  app.get("/", (c) => c.json(about));
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
