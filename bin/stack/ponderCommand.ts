import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface PonderPlaces {
  /** The schema its tables are in. */
  schema: string;
  /** The schema that holds the views of the newest one, by which the reactors of its chain read it. */
  views: string;
  /** The address it listens on. */
  host: string;
  port: number;
}

/** What Node is called with to run Ponder as we do: a schema for each build, and views that move to it when it is ready. */
export function ponderCommand({ schema, views, host, port }: PonderPlaces): string[] {
  const where = ["--hostname", host, "--port", String(port)];
  return [ponderProgram(), "start", "--schema", schema, "--views-schema", views, ...where];
}

/** Where the views are of a system that has one chain. */
export const FIRST_INDEX_SCHEMA = "chain";

/** What it must be told beside ponder.config.ts's own: PORT beats --port in Ponder, and it reads .env.local. */
export const ponderSettings = (port: number) => ({ PONDER_TELEMETRY_DISABLED: "1", PORT: String(port) });

/** Ponder exports no path to its command; it stands beside the module that it does export. */
function ponderProgram(): string {
  return join(dirname(fileURLToPath(import.meta.resolve("ponder"))), "bin", "ponder.js");
}
