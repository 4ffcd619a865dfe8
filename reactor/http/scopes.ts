import type { Scope } from "../store/schema/access.ts";

/** Which scope each route asks for. A route that is not here is closed to everybody, and a test fails. */
export const routeScopes: Readonly<Record<string, Scope | "open">> = {
  "GET /": "open",
  "GET /health": "open",
  "GET /ready": "open",
  "GET /openapi.json": "open",
  "GET /docs": "open",
  "GET /problems": "open",
  "GET /problems/:name": "open",
  "GET /api/automation/status": "open",
  // A doorbell: nothing that it says is believed.
  "POST /webhooks/juno": "open",

  "GET /api/overview": "read",
  "GET /api/books/balances": "read",
  "GET /api/reports/day/:day": "read",
  "GET /api/customers/:id/statement": "read",
  "GET /api/customers/:id/statement.csv": "read",
  "GET /api/events": "read",
  "GET /api/payments": "read",
  "GET /api/payments/:id": "read",
  "GET /api/payments/:id/events": "read",
  "GET /api/payments/:id/receipt": "read",
  "GET /api/kill-switch": "read",
  // It says how much money is where, unlike the probes.
  "GET /metrics": "read",

  "POST /api/payments": "operate",
  "POST /api/automation/trigger": "operate",
  "POST /api/kill-switch/pull": "operate",
  "POST /api/kill-switch/lift": "operate",

  "POST /api/payments/:id/simulate-deposit": "operate",
  "POST /api/payments/:id/links": "operate",
  "POST /api/payments/:id/links/revoke": "operate",
  "POST /api/payments/:id/links/send": "operate",
  "POST /api/payments/:id/cancel": "operate",
  "POST /api/payments/:id/hold": "operate",
  "POST /api/payments/:id/release-hold": "operate",
  "POST /api/payments/:id/annotate": "operate",
  "POST /api/payments/:id/dispute": "operate",
  "POST /api/payments/:id/ruling": "operate",
  "POST /api/payments/:id/early-release": "operate",
  "POST /api/payments/:id/approve-release": "operate",
  "POST /api/payments/:id/extend-custody": "operate",
  "POST /api/payments/:id/review": "operate",
  "POST /api/payments/:id/assign-deposit": "operate",
  "POST /api/payments/:id/account": "operate",
  "GET /api/payments/:id/legs": "read",
  "GET /api/payments/:id/why": "read",
  "GET /api/unassigned-deposits": "read",
  "POST /api/unassigned-deposits/:issuance_id/return": "operate",

  "GET /api/plans": "read",
  "GET /api/plans/:hash": "read",
  "GET /api/audit/plans": "audit",
  "GET /api/audit/events": "audit",
  "POST /api/plans/:hash/confirm": "approve",

  "GET /api/webhook-endpoints": "read",
  "POST /api/webhook-endpoints": "admin",
  "PATCH /api/webhook-endpoints/:id": "admin",
  "POST /api/webhook-endpoints/:id/rotate-secret": "admin",
  "POST /api/webhook-endpoints/:id/remove": "admin",
  "GET /api/webhook-deliveries": "read",
  "POST /api/webhook-deliveries/:id/redeliver": "operate",
  "POST /api/webhook-endpoints/:id/redeliver": "operate",

  "GET /api/breaks": "read",
  "GET /api/breaks/:number": "read",
  "POST /api/breaks/:number/take": "operate",
  "POST /api/breaks/:number/explain": "operate",
  "POST /api/breaks/:number/close": "operate",

  "GET /api/alerts": "read",
  "POST /api/alerts/:id/acknowledge": "operate",

  "POST /api/payments/:id/erase": "admin",

  "GET /api/controls": "read",
  "POST /api/controls/:name": "admin",

  "GET /api/lanes": "read",
  "POST /api/lanes/:name/open": "admin",
  "POST /api/lanes/:name/drain": "admin",
  "POST /api/lanes/:name/retire": "admin",

  "GET /api/keys": "admin",
  "POST /api/keys": "admin",
  "POST /api/keys/:id/revoke": "admin",
};
