import { spawn } from "node:child_process";
import process from "node:process";
import { factsSchema } from "../stack/factsSchema.ts";
import { FIRST_INDEX_SCHEMA, ponderCommand, ponderSettings } from "../stack/ponderCommand.ts";
import { untilItStands } from "./watchIndex.ts";

/**
 * The indexer of the image: Ponder over the folder that it is started in, in the schema that belongs to this code and these
 * contracts. SIGTERM is passed on as SIGINT, since by SIGTERM Ponder keeps its schema's lock and the next one waits 25 s for it.
 * An index that stands while the chain moves ends the program, with 1: whoever keeps it running starts it anew.
 */
const port = Number(process.env.PONDER_PORT || 42_069);
const standsAfterMs = Number(process.env.PONDER_STANDS_AFTER_MS || 60_000);

const schema = factsSchema(process.cwd(), process.env);
const views = process.env.INDEX_SCHEMA || FIRST_INDEX_SCHEMA;
process.stdout.write(`Ponder: ${schema}, ${views}\n`);
const ponder = spawn(process.execPath, ponderCommand({ schema, views, host: "0.0.0.0", port }), {
  stdio: "inherit",
  env: { ...process.env, ...ponderSettings(port) },
});
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    stopping.abort();
    ponder.kill("SIGINT");
  });
ponder.once("exit", (code) => process.exit(code ?? 1));

const world = {
  url: `http://127.0.0.1:${port}`,
  chainId: Number(process.env.CHAIN_ID),
  rpcUrls: (process.env.ETH_RPC_URL ?? "").split(",").map((url) => url.trim()),
};
const pace = {
  // Whole ms: Node's AbortSignal.timeout takes no fraction.
  ...{ standsAfterMs, lookEveryMs: Math.ceil(standsAfterMs / 12), answerWithinMs: Math.ceil(standsAfterMs / 6) },
  now: () => performance.now(),
};

function endPonder(): void {
  ponder.removeAllListeners("exit");
  ponder.once("exit", () => process.exit(1));
  ponder.kill("SIGINT");
  // What stands may not hear a signal any more.
  setTimeout(() => ponder.kill("SIGKILL"), pace.answerWithinMs);
}

untilItStands({ ...world, ...pace }, stopping.signal).then(
  ({ indexed, head }) => {
    process.stderr.write(
      `El índice está parado en el bloque ${indexed ?? "—"}, y la cadena pasó del ${head}: Ponder se detiene, para empezar de nuevo. / The index stands at block ${indexed ?? "—"}, and the chain has passed ${head}: Ponder is ended, to begin anew.\n`,
    );
    endPonder();
  },
  (error: unknown) => {
    if (stopping.signal.aborted) return;
    // Nobody looks any more: a Ponder left alone would keep its schema's lock.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    endPonder();
  },
);
