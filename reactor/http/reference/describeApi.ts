import type { ApiApp } from "../caller.ts";
import { routeScopes } from "../scopes.ts";

type Document = ReturnType<ApiApp["getOpenAPI31Document"]>;

const METHODS = ["get", "post", "patch", "put", "delete"] as const;

/** What each tag is about, in the order of the reference page. */
const TAGS: Readonly<Record<string, string>> = {
  payments: "Pagos: crearlos, buscarlos, leerlos y operar sobre ellos. / Create, find, read and operate payments.",
  reports: "El día, y el estado de cuenta de un cliente. / The day, and a customer's statement.",
  deposits: "Depósitos que llegaron sin dueño seguro. / Deposits without a sure owner.",
  books: "Los libros de partida doble. / The double-entry books.",
  plans: "Lo que una persona propone y otra confirma. / What one person plans and another one confirms.",
  automation: "Los cinco procesos. / The five processes.",
  controls:
    "Topes y direcciones fijas, que solo dos personas cambian. / Ceilings and pinned addresses, which two persons change.",
  lanes:
    "Carriles: firmantes y contratos por los que van los pagos. / Lanes: signers and contracts by which payments go.",
  "kill switch": "El interruptor que detiene toda salida de dinero. / What stops all outgoing money.",
  keys: "Llaves de personas y servicios. / Keys of persons and services.",
  webhooks: "Avisos firmados a otros sistemas. / Signed events to other systems.",
  alerts: "Lo que una persona debe saber. / What a person must know.",
  breaks: "Lo que banco, cadena y libros cuentan distinto. / What bank, chain and books tell differently.",
  probes: "Para sondas y Prometheus. / For probes and Prometheus.",
  bank: "Lo que el banco llama. / What the bank calls.",
};

const KEY = "key";
const ABOUT = `Automatización de pagos: depósito SPEI, custodia en MXNB, pago SPEI. / Payment automation: SPEI deposit, custody in MXNB, SPEI payout.

- JSON in snake case. Amounts are decimal strings in pesos, moments ISO 8601 in UTC.
- Refusals are RFC 9457 problems: \`detail\` is Spanish, \`detail_en\` English, \`type\` a page of this API.
- Every POST and PATCH takes an \`Idempotency-Key\`: its repeat with the same body is given the first answer again, with the header \`Idempotent-Replayed: true\`; with another body it is refused (409).
- \`GET /api/payments/{id}\` has an \`ETag\`; sent as \`If-Match\` it refuses an action on a payment that has changed since.
- An action that needs a second person answers 202 with its plan and the plan's hash; another person's key confirms it.`;

/** The API's own description, OpenAPI 3.1, drawn from its routes. Whom a route is open to is read from scopes.ts. */
export function describeApi(app: ApiApp): Document {
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Kustodia", version: "1.0.0", description: ABOUT },
    servers: [{ url: "/", description: "This installation" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  });
  document.components = {
    ...document.components,
    securitySchemes: {
      [KEY]: {
        type: "http",
        scheme: "bearer",
        description: "kst_<id>_<secret>, made by POST /api/keys or npm run cli -- keys",
      },
    },
  };
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      const scope = routeScopes[`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`];
      // Of OpenAPI's security requirements only OAuth's have scopes; since 3.1 any other may name roles.
      operation.security = scope === undefined || scope === "open" ? [] : [{ [KEY]: [scope] }];
    }
  }
  return document;
}
