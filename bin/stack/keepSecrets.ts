import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { drawKey, parseKey } from "../../reactor/store/keyText.ts";

const kept = z.object({
  /** Of the embedded bank: what the reactor signs its requests with. */
  bankApiKey: z.string(),
  bankApiSecret: z.string(),
});

/** In a file of its own: an earlier start may have kept the others without it. */
const keptForTripwire = z.object({
  tripwireBankKey: z.object({ apiKey: z.string(), apiSecret: z.string() }),
  tripwirePassword: z.string(),
});

export type Secrets = z.infer<typeof kept> &
  z.infer<typeof keptForTripwire> & {
    /** For `Authorization: Bearer`, on a local chain; alone in its file, so that a person can `cat` it. */
    apiKey: string;
  };

/** The secrets of a local start: drawn once, kept in `folder` readable by its owner only, the same at each later start. */
export function keepSecrets(folder: string): Secrets {
  const keyFile = join(folder, "api-key");
  // An earlier version kept one of another form, which no database knows.
  if (existsSync(keyFile) && parseKey(readFileSync(keyFile, "utf8").trim()) === null) rmSync(keyFile);
  const apiKey = keep(keyFile, () => drawKey().text);
  const others = keep(join(folder, "secrets.json"), () =>
    JSON.stringify({ bankApiKey: draw(), bankApiSecret: draw() }, null, 2),
  );
  const tripwire = keep(join(folder, "tripwire.json"), () =>
    JSON.stringify({ tripwireBankKey: { apiKey: draw(), apiSecret: draw() }, tripwirePassword: draw() }, null, 2),
  );
  return { apiKey, ...kept.parse(JSON.parse(others)), ...keptForTripwire.parse(JSON.parse(tripwire)) };
}

function keep(path: string, make: () => string): string {
  if (!existsSync(path)) writeFileSync(path, `${make()}\n`, { mode: 0o600 });
  return readFileSync(path, "utf8").trim();
}

function draw(): string {
  return randomBytes(24).toString("hex");
}
