import type { Handler } from "hono";
import { faultKind } from "../dial/fault.ts";

/** GET /: what this is and how to talk to it, in Spanish, as plain text. */
export function landingPage(endpoints: ReadonlySet<string>): Handler {
  return (c) => c.text(text(new URL(c.req.url).origin, endpoints));
}

const text = (url: string, endpoints: ReadonlySet<string>): string => `Banco de pruebas (sandbox de Juno)

Un banco que funciona: acepta depósitos SPEI, emite y quema MXNB de verdad en la cadena configurada, paga por SPEI en sus
propios libros y avisa por webhook. No es Juno ni mueve dinero real. Las llamadas van firmadas como pide Juno
(Authorization: Bitso llave:nonce:firma); las de /sandbox, no.

SIN FIRMA
  Libros del banco            curl ${url}/sandbox/books
  Salud                       curl ${url}/sandbox/health
  Llamadas recibidas          curl ${url}/sandbox/requests
  Poner fallas                curl -X POST ${url}/sandbox/dial -d '[{"kind":"slow","endpoint":"*","times":1,"ms":2000}]'
  Quitar fallas               curl -X DELETE ${url}/sandbox/dial
  Depositar como comprador    curl -X POST ${url}/sandbox/deposits -d '{"amount":"1500.00","receiver_clabe":"…","receiver_name":"…","sender_name":"…"}'
  Devolver un pago SPEI       curl -X POST ${url}/sandbox/return-payout -d '{"redemption_id":"…"}'
  Devolver un depósito        curl -X POST ${url}/sandbox/refund-issuance -d '{"issuance_id":"…"}'

CON FIRMA (bash; LLAVE y SECRETO son los de la cuenta)
  juno() { # juno MÉTODO RUTA [CUERPO]
    local nonce=$(date +%s%3N)
    local firma=$(printf '%s' "$nonce$1$2$3" | openssl dgst -sha256 -hmac "$SECRETO" -r | cut -d' ' -f1)
    curl -X "$1" "${url}$2" -H "Authorization: Bitso $LLAVE:$nonce:$firma" -H 'Content-Type: application/json' \${3:+-d "$3"}
  }
  Crear una CLABE             juno POST /mint_platform/v1/clabes
  Depositar, firmado          juno POST /spei/test/deposits '{"amount":"1500.00","receiver_clabe":"…","receiver_name":"…","sender_name":"…"}'
  Ver movimientos             juno GET '/mint_platform/v1/transactions?type=ISSUANCE'
  Saldo                       juno GET /mint_platform/v1/balances

RUTAS QUE ATIENDE
${[...endpoints].map((endpoint) => `  ${endpoint}`).join("\n")}

FALLAS QUE SABE HACER
  ${faultKind.options.join(" · ")}
`;
