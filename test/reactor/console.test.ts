import { DrizzleQueryError } from "drizzle-orm";
import { expect, test } from "vitest";
import { readConfig } from "../../reactor/config.ts";
import { openConsole } from "../../reactor/console.ts";
import { describe } from "../../reactor/payments/words.ts";
import { redactIn, redactor } from "../../reactor/redact.ts";
import type { StoredEvent } from "../../reactor/store/appendEvent.ts";

const PRIVATE_KEY = `0x${"a1".repeat(32)}`;
const CLABE = "032180000118359719";
const ENVIRONMENT = {
  DATABASE_URL: "postgresql://kustodia:contrase%C3%B1a-larga@127.0.0.1:5432/kustodia",
  ETH_RPC_URL: "https://arb.ejemplo.mx/v2/llave-del-proveedor-0123456789",
  CHAIN_ID: "31337",
  ESCROW_CONTRACT_ADDRESS_2: `0x${"11".repeat(20)}`,
  ESCROW_PRIVATE_KEY: PRIVATE_KEY,
  MOCK_ERC20_ADDRESS: `0x${"22".repeat(20)}`,
  ESCROW_BRIDGE_WALLET: `0x${"33".repeat(20)}`,
  JUNO_WALLET: `0x${"44".repeat(20)}`,
  JUNO_STAGE_BASE_URL: "https://stage.buildwithjuno.com",
  JUNO_STAGE_API_KEY: "llave-del-banco",
  JUNO_STAGE_API_SECRET: "secreto-del-banco",
};
const { secrets } = readConfig(ENVIRONMENT);

const EVENT: StoredEvent = {
  id: 7,
  paymentId: 81,
  legId: 242,
  type: "deposito_emitido",
  es: "$1,500.00 emitidos en MXNB",
  en: "$1,500.00 issued as MXNB",
  data: {},
  actor: "kustodia",
  atMs: Date.parse("2026-01-20T18:00:00.000Z"),
};

function open(format: "text" | "json") {
  const lines: string[] = [];
  const console = openConsole(format, (line) => lines.push(line), redactor(secrets));
  return { console, lines, records: () => lines.map((line): unknown => JSON.parse(line)) };
}

test("in text a person reads the Spanish sentences that the client's people grep for, whole lines of them", () => {
  const { console, lines } = open("text");
  console.say("🔍 Revisando nuevos depósitos SPEI...");
  console.event(EVENT);
  console.failed("deposits", new Error("Juno no respondió", { cause: new Error("ECONNREFUSED") }));
  console.order({ paymentId: 81, legId: 242, effectId: "k", action: "withdraw", outcome: "done" });
  expect(lines).toEqual([
    "🔍 Revisando nuevos depósitos SPEI...\n",
    expect.stringMatching(/^\d\d:\d\d:\d\d {2}pago 81 {2}\$1,500\.00 emitidos en MXNB\n$/),
    "❌ Error procesando: deposits: Juno no respondió (ECONNREFUSED)\n",
  ]);
});

test("in JSON each line is a record with the same sentence, and the ids of payment, leg and effect", () => {
  const { console, records } = open("json");
  console.say("🔍 Revisando nuevos depósitos SPEI...");
  console.event(EVENT);
  console.event({ ...EVENT, type: "en_revision", paymentId: null, legId: null });
  console.order({ paymentId: 81, legId: 242, effectId: "clave", action: "withdraw", outcome: "unknown" });
  console.failed("pago 81", new Error("algo", { cause: new TypeError("por dentro") }), { id: 242, paymentId: 81 });
  const time = expect.stringMatching(/^20\d\d-\d\d-\d\dT.*Z$/);
  expect(records()).toMatchObject([
    { level: "info", time, service: "kustodia-reactor", msg: "🔍 Revisando nuevos depósitos SPEI..." },
    { level: "info", event_id: 7, payment_id: 81, leg_id: 242, event: "deposito_emitido", msg: EVENT.es },
    { level: "warn", event: "en_revision", payment_id: null },
    { level: "info", payment_id: 81, leg_id: 242, effect_id: "clave", action: "withdraw", outcome: "unknown" },
    {
      level: "error",
      payment_id: 81,
      leg_id: 242,
      msg: "❌ Error procesando: pago 81: algo (por dentro)",
      error: { type: "Error", message: "algo", cause: { type: "TypeError", message: "por dentro" } },
    },
  ]);
});

const DATABASE_PASSWORD = "contraseña-larga";
const HIDDEN = [
  ["the bridge's private key", PRIVATE_KEY],
  ["the private key without its prefix", PRIVATE_KEY.slice(2)],
  ["the bank's key", "llave-del-banco"],
  ["the bank's secret", "secreto-del-banco"],
  ["the secret half of a key of ours", `kst_0123456789ab_${"c3".repeat(24)}`],
  ["the database's password", DATABASE_PASSWORD],
  ["the database's password in a URL", encodeURIComponent(DATABASE_PASSWORD)],
  ["the node provider's key", "llave-del-proveedor-0123456789"],
  ["a webhook's secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  ["a caller's key", "Bearer kst_de_otro"],
  ["a CLABE", CLABE],
] as const;

test.each(HIDDEN.flatMap(([what, secret]) => (["text", "json"] as const).map((format) => ({ what, secret, format }))))(
  "$what is never printed in $format, wherever a library put it",
  ({ secret, format }) => {
    const { console, lines } = open(format);
    const quoted = `Failed query params: ${secret},x`;
    console.say(quoted);
    console.event({ ...EVENT, es: quoted, actor: quoted });
    console.failed(quoted, new Error(quoted, { cause: new Error(quoted, { cause: new Error(quoted) }) }));
    const printed = lines.join("");
    expect(printed).toContain("Failed query params:");
    expect(printed).not.toContain(secret.replace("Bearer ", ""));
    if (format === "json") for (const line of lines) JSON.parse(line);
  },
);

test.each(["text", "json"] as const)("of a failed query the values are not printed in %s", (format) => {
  const { console, lines } = open(format);
  const query = new DrizzleQueryError(
    "insert into party values ($1)",
    ["Nombre de alguien"],
    new Error("deadlock detected"),
  );
  console.failed("pago 81", new Error("no se guardó", { cause: query }));
  console.failed("pago 81", query);
  expect(lines.join("")).toContain("deadlock detected");
  expect(lines.join("")).not.toContain("Nombre de alguien");
});

const TYPED = "la señora Pérez llamó";
const BY_HAND: readonly [string, Partial<StoredEvent>][] = [
  ["a reason", { type: "clave_revocada", data: { key: "9f2c4e61a0b3", reason: TYPED } }],
  ["a plan's reason", { type: "accion_de_operador", data: { es: "Pago 81: se retiene", reason: TYPED } }],
  ["a plan that quotes one", { type: "plan_propuesto", data: { es: `Se levanta: 1 «${TYPED}»`, reason: TYPED } }],
  ["why a person stopped the money", { type: "interruptor_activado", data: { message: TYPED } }],
  ["why two let it leave again", { type: "interruptor_levantado", data: { message: TYPED, why: TYPED } }],
  ["whose a key is", { type: "clave_creada", data: { key: "9f2c4e61a0b3", owner: TYPED, scopes: "read" } }],
];

test.each(BY_HAND)("%s that a person typed is in no log", (_what, change) => {
  for (const format of ["text", "json"] as const) {
    const { console, lines } = open(format);
    const event = { ...EVENT, actor: "Ana", ...change };
    console.event({ ...event, ...describe(event.type, event.data) });
    expect(lines.join("")).toContain("…");
    expect(lines.join("")).not.toContain(TYPED);
  }
});

test("why the program itself stopped the money is in the log", () => {
  const { console, lines } = open("text");
  const event = { ...EVENT, type: "interruptor_activado", data: { message: "el nonce 7 es ajeno" } } as const;
  console.event({ ...event, ...describe(event.type, event.data) });
  expect(lines.join("")).toContain("Salidas de dinero detenidas: el nonce 7 es ajeno");
});

test("what is no secret stays readable: hashes, amounts, a CLABE's last four digits", () => {
  const hide = redactor(secrets);
  const hash = `0x${"5".repeat(64)}`;
  expect(hide(`escrow 12 ${hash} $1,234.50 CLABE ${CLABE}`)).toBe(`escrow 12 ${hash} $1,234.50 CLABE ••••9719`);
});

test("a use of the mail server is configured whole or not at all", () => {
  const smtp = { SMTP_URL: "smtps://correo:clave-larga@smtp.ejemplo.mx" };
  const notices = { NOTICE_MAIL_FROM: "avisos@ejemplo.mx", PUBLIC_URL: "https://pagos.ejemplo.mx" };
  expect(readConfig(ENVIRONMENT)).toMatchObject({ alertMail: null, noticeMail: null });
  expect(readConfig({ ...ENVIRONMENT, ...smtp, ...notices })).toMatchObject({
    alertMail: null,
    noticeMail: { from: "avisos@ejemplo.mx", publicUrl: "https://pagos.ejemplo.mx" },
  });
  for (const halves of [smtp, notices, { ...smtp, PUBLIC_URL: notices.PUBLIC_URL }]) {
    expect(() => readConfig({ ...ENVIRONMENT, ...halves })).toThrow("falta / is missing");
  }
});

test("the production bank is logged in JSON, any other in text, unless it is said otherwise", () => {
  const production = { JUNO_ENV: "production", JUNO_BASE_URL: "https://x.mx", JUNO_API_KEY: "k", JUNO_API_SECRET: "s" };
  expect(readConfig(ENVIRONMENT).logFormat).toBe("text");
  expect(readConfig({ ...ENVIRONMENT, ...production }).logFormat).toBe("json");
  expect(readConfig({ ...ENVIRONMENT, ...production, LOG_FORMAT: "text" }).logFormat).toBe("text");
});

test("what the world said in an error is hidden in what the API shows of it, however deep; the rest stays as it is", () => {
  const error = "HTTP 500 de https://arb.ejemplo.mx/v2/llave-del-proveedor-0123456789";
  const states = [{ name: "sync", lastRun: { error, startedAtMs: 5, height: 7n }, running: false, none: null }];
  expect(redactIn(states, redactor(secrets))).toEqual([
    { ...states[0], lastRun: { error: "HTTP 500 de https://arb.ejemplo.mx/v2/[oculto]", startedAtMs: 5, height: 7n } },
  ]);
});
