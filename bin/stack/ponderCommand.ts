import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface PonderPlaces {
  /** The schema its tables are in; `chain` holds the views of the newest one. */
  schema: string;
  /** The address it listens on. */
  host: string;
  port: number;
}

/** What Node is called with to run Ponder as we do: a schema for each build, and views that move to it when it is ready. */
export function ponderCommand({ schema, host, port }: PonderPlaces): string[] {
  const where = ["--hostname", host, "--port", String(port)];
  return [ponderProgram(), "start", "--schema", schema, "--views-schema", "chain", ...where];
}

/** What it must be told beside ponder.config.ts's own: PORT beats --port in Ponder, and it reads .env.local. */
export const ponderSettings = (port: number) => ({ PONDER_TELEMETRY_DISABLED: "1", PORT: String(port) });

/** Ponder exports no path to its command; it stands beside the module that it does export. */
function ponderProgram(): string {
  return join(dirname(fileURLToPath(import.meta.resolve("ponder"))), "bin", "ponder.js");
}
