import process from "node:process";
import { isAddress, isHex } from "viem";
import { z } from "zod";
import { startSandbox } from "./startSandbox.ts";

/** The sandbox as a process of its own: configuration from the environment, one line when it listens, a clean end on a signal. */
const environment = z.object({
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  SANDBOX_JOURNAL: z.string().optional(),
  /** `key:secret`, several separated by commas. */
  SANDBOX_API_KEYS: z
    .string()
    .regex(/^[^:,]+:[^:,]+(,[^:,]+:[^:,]+)*$/, "must be key:secret, several separated by commas")
    .transform((pairs) => Object.fromEntries(pairs.split(",").map((pair) => pair.split(":") as [string, string]))),
  SANDBOX_JUNO_PRIVATE_KEY: z.custom<`0x${string}`>((value) => isHex(value), "must be a private key in hex"),
  SANDBOX_REQUESTS_PER_MINUTE: z.coerce.number().int().positive().default(300),
  SANDBOX_BUSINESS_NAME: z.string().optional(),
  ETH_RPC_URL: z.url(),
  MOCK_ERC20_ADDRESS: z.custom<`0x${string}`>(
    (value) => typeof value === "string" && isAddress(value),
    "must be an address",
  ),
});

const parsed = environment.safeParse(process.env);
if (!parsed.success) {
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  console.error(`El banco de pruebas no puede empezar / The bank sandbox cannot start: ${wrong.join("; ")}`);
  process.exit(1);
}

const env = parsed.data;
const sandbox = await startSandbox({
  port: env.SANDBOX_PORT,
  rpcUrl: env.ETH_RPC_URL,
  mxnb: env.MOCK_ERC20_ADDRESS,
  junoWalletPrivateKey: env.SANDBOX_JUNO_PRIVATE_KEY,
  apiKeys: env.SANDBOX_API_KEYS,
  journalPath: env.SANDBOX_JOURNAL,
  businessName: env.SANDBOX_BUSINESS_NAME,
  rules: { requestsPerMinute: env.SANDBOX_REQUESTS_PER_MINUTE },
});
console.log(`Banco de pruebas (Juno) en ${sandbox.url}`);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    sandbox.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
