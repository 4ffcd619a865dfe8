import { spawn } from "node:child_process";
import process from "node:process";
import { factsSchema } from "../stack/factsSchema.ts";
import { FIRST_INDEX_SCHEMA, ponderCommand, ponderSettings } from "../stack/ponderCommand.ts";

/**
 * The indexer of the image: Ponder over the folder that it is started in, in the schema that belongs to this code and these
 * contracts. SIGTERM is passed on as SIGINT, since by SIGTERM Ponder keeps its schema's lock and the next one waits 25 s for it.
 */
const port = Number(process.env.PONDER_PORT || 42_069);

const schema = factsSchema(process.cwd(), process.env);
const views = process.env.INDEX_SCHEMA || FIRST_INDEX_SCHEMA;
process.stdout.write(`Ponder: ${schema}, ${views}\n`);
const ponder = spawn(process.execPath, ponderCommand({ schema, views, host: "0.0.0.0", port }), {
  stdio: "inherit",
  env: { ...process.env, ...ponderSettings(port) },
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ponder.kill("SIGINT"));
ponder.once("exit", (code) => process.exit(code ?? 1));
