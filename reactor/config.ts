import { z } from "zod";
import type { Ceilings } from "./payments/controls.ts";
import { PAYER_POLICIES, type PayerPolicy } from "./payments/holdOtherPayers.ts";
import { FIRST_ACCOUNT, FIRST_LANE } from "./payments/lanes.ts";

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "debe ser una dirección 0x… de 40 dígitos / must be a 0x address");
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, "debe ser minúsculas, cifras y guiones / must be lower case, digits and hyphens");
const LOCAL_CHAIN = 31337;
/** Most connections for queries of a process that is not told otherwise. */
export const DEFAULT_CONNECTIONS = 20;
/** The name of a database is shorter, and no secret. */
const SHORTEST_KEY_IN_A_PATH = 24;
const wholeNumber = z.coerce.number().int().nonnegative();
const pesos = z.coerce.bigint().positive();

const environment = z
  .object({
    DATABASE_URL: z.string().min(1).optional(),
    /** The server itself, where DATABASE_URL is a pooler's that gives a session for a transaction (PgBouncer). */
    DATABASE_DIRECT_URL: z.string().min(1).optional(),
    /** Most connections for queries of this process; DEPLOYMENT.md counts the others. */
    DATABASE_CONNECTIONS: wholeNumber.min(5).default(DEFAULT_CONNECTIONS),
    /** A standby that follows the primary, for what the API only reads. */
    READ_DATABASE_URL: z.string().min(1).optional(),
    /** A standby further behind than this is not read. */
    READ_STALE_AFTER_MS: wholeNumber.default(5_000),
    POSTGRES_HOST: z.string().min(1).optional(),
    POSTGRES_PORT: z.string().default("5432"),
    POSTGRES_USER: z.string().optional(),
    POSTGRES_PASSWORD: z.string().default(""),
    POSTGRES_DB: z.string().optional(),
    /** One or two URLs, separated by a comma. */
    ETH_RPC_URL: z.string().min(1),
    CHAIN_ID: wholeNumber,
    /** Where the views of the chain's own indexer are: the same as that indexer is started with. Each chain has another one. */
    INDEX_SCHEMA: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,31}$/, "debe ser un nombre como chain_42161 / must be a name such as chain_42161")
      .default("chain"),
    CONFIRMATIONS: wholeNumber.optional(),
    /** Which lane this reactor drives: a lane is a signer and its escrow contract. */
    LANE: name.default(FIRST_LANE),
    /** Our name for the bank account that the lane is on: the one that this reactor's API key opens. */
    BANK_ACCOUNT: name.default(FIRST_ACCOUNT),
    ESCROW_CONTRACT_ADDRESS_2: address,
    ESCROW_PRIVATE_KEY: z.string().regex(/^0x[0-9a-fA-F]{64}$/, "debe ser una llave 0x… / must be a 0x key"),
    MOCK_ERC20_ADDRESS: address,
    ESCROW_BRIDGE_WALLET: address,
    JUNO_WALLET: address,
    JUNO_ENV: z.enum(["stage", "production"]).default("stage"),
    JUNO_STAGE_BASE_URL: z.url().optional(),
    JUNO_STAGE_API_KEY: z.string().optional(),
    JUNO_STAGE_API_SECRET: z.string().optional(),
    JUNO_BASE_URL: z.url().optional(),
    JUNO_API_KEY: z.string().optional(),
    JUNO_API_SECRET: z.string().optional(),
    /** Shortest and longest time between two readings of the bank, ms. */
    BANK_FLOOR_MS: wholeNumber.default(5_000),
    BANK_ASK_EVERY_MS: wholeNumber.default(30_000),
    /** Of the 300 that the bank allows from everything that uses the account. */
    BANK_CALLS_A_MINUTE: wholeNumber.default(240),
    BANK_TIMEOUT_MS: wholeNumber.default(15_000),
    BANK_KEY_LIFETIME_MS: wholeNumber.default(3_600_000),
    RPC_TIMEOUT_MS: wholeNumber.default(10_000),
    STALE_AFTER_MS: wholeNumber.default(60_000),
    /** The block in which the escrow was deployed: a full reconciliation reads the chain from here. */
    START_BLOCK: wholeNumber.default(0),
    /** What bank, chain and books tell differently is in transit while it is younger than this. */
    RECONCILE_GRACE_MS: wholeNumber.default(600_000),
    /** After how many hours the hourly reconciliation reads everything anew; 0: only when somebody asks for it. */
    RECONCILE_FULL_EVERY_HOURS: wholeNumber.default(24),
    /** Most that the escrow may draw from the bridge without a new approval, whole pesos. */
    ALLOWANCE_PESOS: pesos.default(10_000_000n),
    /** Most that may leave for beneficiaries in one payout, an hour, a day; whole pesos. */
    MAX_PAYOUT_PESOS: pesos.default(10_000_000n),
    MAX_HOUR_PESOS: pesos.default(20_000_000n),
    MAX_DAY_PESOS: pesos.default(100_000_000n),
    /** What the bank lets each account move in one operation and in a day, whole pesos; left out, no limit is known. */
    BANK_MAX_OPERATION_PESOS: pesos.optional(),
    BANK_MAX_DAY_PESOS: pesos.optional(),
    /** The sandbox's address, where the bank is ours: the pages then offer to simulate a deposit. Locally only. */
    SANDBOX_URL: z.url().optional(),
    /** `action:point` or `action:point:leg`: dies there by its own hand, as `kill -9` does. For the crash certificate, locally. */
    CRASH_AT: z
      .string()
      .regex(/^\w+:\w+(:\d+)?$/)
      .optional(),
    GAS_PRICE_CAP_GWEI: pesos.default(100n),
    API_PORT: wholeNumber.default(4000),
    API_HOST: z.string().default("127.0.0.1"),
    /** Most requests a minute of one key, and from one address. */
    API_KEY_PER_MINUTE: wholeNumber.min(1).default(3_000),
    API_ADDRESS_PER_MINUTE: wholeNumber.min(1).default(6_000),
    /** Whose pages may call the API from a browser: `https://tienda.mx,…`. */
    API_CORS_ORIGINS: z
      .string()
      .regex(/^https?:\/\/[^/,\s]+(,https?:\/\/[^/,\s]+)*$/, "debe ser https://tienda.mx,… / must be https://shop.mx,…")
      .optional(),
    /** How old a key must be before it may approve, whole hours. */
    APPROVE_AFTER_HOURS: wholeNumber.default(24),
    /** How long a payment's names and accounts are kept after its end, days; a SPEI may come back for ninety. */
    ERASE_AFTER_DAYS: wholeNumber.min(90).default(3_653),
    /** Where the bank's webhooks reach this API; left out, webhooks are not registered and timers do the work. */
    WEBHOOK_URL: z.url().optional(),
    /** The mail server that alerts and notices leave by, `smtps://user:password@host`. */
    SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
    ALERT_MAIL_FROM: z.email().optional(),
    ALERT_MAIL_TO: z.email().optional(),
    /** Whom buyers and sellers are told by, and where they reach the pages, `https://pagos.ejemplo.mx`. */
    NOTICE_MAIL_FROM: z.email().optional(),
    PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** What is printed: `text` for people, `json` for what collects logs. Left out: `json` with the production bank. */
    LOG_FORMAT: z.enum(["text", "json"]).optional(),
    /** Networks of ours that outgoing webhooks may go to, `10.1.2.0/24,…`; all that is not public is refused otherwise. */
    WEBHOOK_NETWORKS: z
      .string()
      .regex(/^[0-9a-fA-F.:]+\/\d{1,3}(,[0-9a-fA-F.:]+\/\d{1,3})*$/, "debe ser 10.1.2.0/24,… / must be 10.1.2.0/24,…")
      .optional(),
    /** Whether a deposit that was paid in another name than the buyer's is taken, or waits for a person. */
    THIRD_PARTY_PAYERS: z.enum(PAYER_POLICIES).default("accept"),
    /** Who is asked about names and sanctions before a payout leaves, and the secret that the questions are signed with, `whsec_…`. */
    SCREENING_URL: z.url({ protocol: /^https?$/ }).optional(),
    SCREENING_SECRET: z
      .string()
      .regex(
        /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/,
        "debe ser whsec_… de 24 bytes o más / must be whsec_… of 24 bytes or more",
      )
      .optional(),
    /** Between two questions about a payout that is held. */
    SCREENING_ASK_EVERY_MS: wholeNumber.default(300_000),
    /** `off` leaves the five processes to be triggered by hand: for tests and benchmarks of the events alone. */
    TIMERS: z.enum(["on", "off"]).default("on"),
    /** OpenTelemetry's own: spans are sent when one of the first two is set. What else begins with OTEL_ its parts read themselves. */
    OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url().optional(),
    OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
    OTEL_SERVICE_NAME: z.string().default("kustodia-reactor"),
    OTEL_SDK_DISABLED: z.string().default("false"),
    /** `on` decides and prints, and sends nothing to bank or chain: beside a program that still runs, before a cut-over. */
    SHADOW: z.enum(["on", "off"]).default("off"),
  })
  .transform((env) => ({ ...env, databaseUrl: databaseUrlOf(env), bank: bankOf(env) }))
  .superRefine((env, context) => {
    if (env.databaseUrl === null) complain(context, "DATABASE_URL");
    for (const [name, value] of Object.entries(env.bank)) if (!value) complain(context, name);
    for (const name of missingForMail(env)) complain(context, name);
    for (const name of ["SCREENING_URL", "SCREENING_SECRET"] as const)
      if (!env[name] && (env.SCREENING_URL || env.SCREENING_SECRET)) complain(context, name);
    if (env.CRASH_AT && env.CHAIN_ID !== LOCAL_CHAIN)
      complain(context, "CRASH_AT", "solo en la cadena local / local chain only");
    if (env.SANDBOX_URL && env.CHAIN_ID !== LOCAL_CHAIN)
      complain(context, "SANDBOX_URL", "solo en la cadena local / local chain only");
  });

export type Config = Readonly<{
  databaseUrl: string;
  /** Of sessions that are ours alone: locks, notifications, migrations. Another one than `databaseUrl` where that is a pooler's. */
  directDatabaseUrl: string;
  databaseConnections: number;
  /** Null: the API reads from the primary alone. */
  replica: Readonly<{ url: string; staleAfterMs: number }> | null;
  chainId: number;
  /** In which schema of the database the chain's indexer has its views. */
  indexSchema: string;
  confirmations: number | undefined;
  rpcUrls: readonly string[];
  lane: string;
  account: string;
  addresses: Readonly<{ escrow: `0x${string}`; mxnb: `0x${string}`; bridge: `0x${string}`; junoWallet: `0x${string}` }>;
  privateKey: `0x${string}`;
  bank: Readonly<{ baseUrl: string; apiKey: string; apiSecret: string }>;
  bankFloorMs: number;
  askBankEveryMs: number;
  bankCallsAMinute: number;
  bankTimeoutMs: number;
  keyLifetimeMs: number;
  rpcTimeoutMs: number;
  staleAfterMs: number;
  startBlock: bigint;
  reconcileGraceMs: number;
  /** Null: never by itself. */
  reconcileFullEveryMs: number | null;
  /** Of a database's first start; what is in force later stands in the database (takeControls.ts). */
  ceilings: Ceilings;
  /** The bank's own, which a new payment is held to; null where none is known. */
  bankLimits: Readonly<{ operationCentavos: bigint | null; dayCentavos: bigint | null }>;
  crashAt: string | undefined;
  sandboxUrl: string | undefined;
  gasPriceCapWei: bigint;
  api: Readonly<{
    port: number;
    host: string;
    approveAfterMs: number;
    eraseAfterMs: number;
    rateLimits: Readonly<{ keyPerMinute: number; addressPerMinute: number }>;
    corsOrigins: readonly string[];
  }>;
  webhookUrl: string | undefined;
  webhookNetworks: readonly string[];
  /** Where alerts are mailed to, and by whom; null: nowhere. */
  alertMail: Readonly<{ smtpUrl: string; from: string; to: string }> | null;
  /** By whom buyers and sellers are mailed, and where they reach the pages; null: they are not. */
  noticeMail: Readonly<{ smtpUrl: string; from: string; publicUrl: string }> | null;
  payerPolicy: PayerPolicy;
  /** Who must clear each payout before it leaves; null: nobody is asked. */
  checker: Readonly<{ url: string; secret: string; askEveryMs: number }> | null;
  logFormat: "text" | "json";
  /** Values that nobody may read anywhere: what is printed is searched for them. */
  secrets: readonly string[];
  timers: "on" | "off";
  shadow: boolean;
  /** Under which name spans are sent; null: none are made. */
  tracing: Readonly<{ serviceName: string }> | null;
}>;

/**
 * Reads the configuration, once. Everything is checked before anything starts.
 * @throws Error with one line for each wrong or missing variable; values are never in it, since some are secrets.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== "" && value !== undefined));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
    throw new Error(`Configuración incorrecta: / Wrong configuration:\n${wrong.join("\n")}`);
  }
  const read = parsed.data;
  const lower = (text: string) => text.toLowerCase() as `0x${string}`;
  return Object.freeze({
    databaseUrl: read.databaseUrl ?? "",
    directDatabaseUrl: read.DATABASE_DIRECT_URL ?? read.databaseUrl ?? "",
    databaseConnections: read.DATABASE_CONNECTIONS,
    replica:
      read.READ_DATABASE_URL === undefined
        ? null
        : { url: read.READ_DATABASE_URL, staleAfterMs: read.READ_STALE_AFTER_MS },
    chainId: read.CHAIN_ID,
    indexSchema: read.INDEX_SCHEMA,
    confirmations: read.CONFIRMATIONS,
    rpcUrls: read.ETH_RPC_URL.split(",").map((url) => url.trim()),
    lane: read.LANE,
    account: read.BANK_ACCOUNT,
    addresses: {
      escrow: lower(read.ESCROW_CONTRACT_ADDRESS_2),
      mxnb: lower(read.MOCK_ERC20_ADDRESS),
      bridge: lower(read.ESCROW_BRIDGE_WALLET),
      junoWallet: lower(read.JUNO_WALLET),
    },
    privateKey: lower(read.ESCROW_PRIVATE_KEY),
    bank: { baseUrl: nameless(read.bank, 0), apiKey: nameless(read.bank, 1), apiSecret: nameless(read.bank, 2) },
    bankFloorMs: read.BANK_FLOOR_MS,
    askBankEveryMs: read.BANK_ASK_EVERY_MS,
    bankCallsAMinute: read.BANK_CALLS_A_MINUTE,
    bankTimeoutMs: read.BANK_TIMEOUT_MS,
    keyLifetimeMs: read.BANK_KEY_LIFETIME_MS,
    rpcTimeoutMs: read.RPC_TIMEOUT_MS,
    staleAfterMs: read.STALE_AFTER_MS,
    startBlock: BigInt(read.START_BLOCK),
    reconcileGraceMs: read.RECONCILE_GRACE_MS,
    reconcileFullEveryMs: read.RECONCILE_FULL_EVERY_HOURS === 0 ? null : read.RECONCILE_FULL_EVERY_HOURS * 3_600_000,
    ceilings: {
      allowanceCentavos: read.ALLOWANCE_PESOS * 100n,
      payoutCentavos: read.MAX_PAYOUT_PESOS * 100n,
      hourCentavos: read.MAX_HOUR_PESOS * 100n,
      dayCentavos: read.MAX_DAY_PESOS * 100n,
    },
    bankLimits: {
      operationCentavos: toCentavos(read.BANK_MAX_OPERATION_PESOS),
      dayCentavos: toCentavos(read.BANK_MAX_DAY_PESOS),
    },
    crashAt: read.CRASH_AT,
    sandboxUrl: read.SANDBOX_URL,
    gasPriceCapWei: read.GAS_PRICE_CAP_GWEI * 1_000_000_000n,
    api: {
      port: read.API_PORT,
      host: read.API_HOST,
      approveAfterMs: read.APPROVE_AFTER_HOURS * 3_600_000,
      eraseAfterMs: read.ERASE_AFTER_DAYS * 86_400_000,
      rateLimits: { keyPerMinute: read.API_KEY_PER_MINUTE, addressPerMinute: read.API_ADDRESS_PER_MINUTE },
      corsOrigins: read.API_CORS_ORIGINS?.split(",") ?? [],
    },
    webhookUrl: read.WEBHOOK_URL,
    webhookNetworks: read.WEBHOOK_NETWORKS?.split(",") ?? [],
    noticeMail:
      read.SMTP_URL && read.NOTICE_MAIL_FROM && read.PUBLIC_URL
        ? { smtpUrl: read.SMTP_URL, from: read.NOTICE_MAIL_FROM, publicUrl: read.PUBLIC_URL }
        : null,
    alertMail:
      read.SMTP_URL && read.ALERT_MAIL_FROM && read.ALERT_MAIL_TO
        ? { smtpUrl: read.SMTP_URL, from: read.ALERT_MAIL_FROM, to: read.ALERT_MAIL_TO }
        : null,
    payerPolicy: read.THIRD_PARTY_PAYERS,
    checker:
      read.SCREENING_URL && read.SCREENING_SECRET
        ? { url: read.SCREENING_URL, secret: read.SCREENING_SECRET, askEveryMs: read.SCREENING_ASK_EVERY_MS }
        : null,
    logFormat: read.LOG_FORMAT ?? (read.JUNO_ENV === "production" ? "json" : "text"),
    secrets: [
      ...(read.OTEL_EXPORTER_OTLP_HEADERS ?? "").split(",").flatMap((header) => header.split("=")[1] || []),
      ...[read.ESCROW_PRIVATE_KEY, nameless(read.bank, 1), nameless(read.bank, 2)],
      ...(read.SCREENING_SECRET ? [read.SCREENING_SECRET] : []),
      ...[
        read.databaseUrl ?? "",
        read.DATABASE_DIRECT_URL ?? "",
        read.READ_DATABASE_URL ?? "",
        read.SMTP_URL ?? "",
        read.SCREENING_URL ?? "",
        ...read.ETH_RPC_URL.split(","),
      ].flatMap(secretsIn),
    ],
    timers: read.TIMERS,
    shadow: read.SHADOW === "on",
    tracing: tracingOf(read),
  });
}

/** As OpenTelemetry reads its own: disabled by `true`, in any case of letters, and by nothing else. */
function tracingOf(read: z.infer<typeof environment>): Config["tracing"] {
  const receiver = read.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? read.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isOff = receiver === undefined || read.OTEL_SDK_DISABLED.toLowerCase() === "true";
  return isOff ? null : { serviceName: read.OTEL_SERVICE_NAME };
}

const toCentavos = (wholePesos: bigint | undefined) => (wholePesos === undefined ? null : wholePesos * 100n);

type RawDatabase = Readonly<
  Record<"DATABASE_URL" | "POSTGRES_HOST" | "POSTGRES_USER" | "POSTGRES_DB", string | undefined> &
    Record<"POSTGRES_PORT" | "POSTGRES_PASSWORD", string>
>;

function databaseUrlOf(env: Partial<RawDatabase>): string | null {
  if (env.DATABASE_URL) return env.DATABASE_URL;
  if (!env.POSTGRES_HOST || !env.POSTGRES_USER || !env.POSTGRES_DB) return null;
  const url = new URL(`postgresql://${env.POSTGRES_HOST}:${env.POSTGRES_PORT}/${encodeURIComponent(env.POSTGRES_DB)}`);
  url.username = encodeURIComponent(env.POSTGRES_USER);
  url.password = encodeURIComponent(env.POSTGRES_PASSWORD ?? "");
  return url.href;
}

/** The three variables of the bank that JUNO_ENV chooses, under their own names, so that a missing one can be named. */
function bankOf(env: Readonly<Record<string, unknown>>): Readonly<Record<string, string | undefined>> {
  const prefix = env.JUNO_ENV === "production" ? "JUNO" : "JUNO_STAGE";
  const names = [`${prefix}_BASE_URL`, `${prefix}_API_KEY`, `${prefix}_API_SECRET`];
  return Object.fromEntries(names.map((name) => [name, env[name] as string | undefined]));
}

/** The password of a URL, and the key that providers of nodes put into its path or its query. */
function secretsIn(text: string): readonly string[] {
  if (!URL.canParse(text.trim())) return [];
  const { password, pathname, searchParams } = new URL(text.trim());
  const inPath = pathname.split("/").filter((part) => part.length >= SHORTEST_KEY_IN_A_PATH);
  return [decodeURIComponent(password), ...inPath, ...searchParams.values()].filter((part) => part !== "");
}

const MAIL_USES = [
  ["ALERT_MAIL_FROM", "ALERT_MAIL_TO"],
  ["NOTICE_MAIL_FROM", "PUBLIC_URL"],
] as const;
type MailEnv = Partial<Record<"SMTP_URL" | (typeof MAIL_USES)[number][number], string | undefined>>;

/** A use of the mail server is configured whole or not at all, and a server for at least one of them. */
function missingForMail(env: MailEnv): readonly string[] {
  const begun = MAIL_USES.filter((use) => use.some((name) => env[name] !== undefined));
  const wanted = begun.length === 0 && env.SMTP_URL !== undefined ? [MAIL_USES[0]] : begun;
  if (wanted.length === 0) return [];
  return (["SMTP_URL", ...wanted.flat()] as const).filter((name) => env[name] === undefined);
}

const nameless = (bank: Readonly<Record<string, string | undefined>>, index: number) =>
  Object.values(bank)[index] ?? "";

function complain(context: z.RefinementCtx, name: string, message = "falta / is missing"): void {
  context.addIssue({ code: "custom", path: [name], message });
}
