import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { followLog } from "./stack/followLog.ts";
import { StackError } from "./stack/StackError.ts";
import { prepareStack, STOP_WITHIN_MS, type StackOptions, startStack } from "./stack/startStack.ts";
import { describePlaces } from "./stack/writePlaces.ts";

/** `npm start`: the whole system in one command. `npm start -- --fresh` forgets what an earlier start kept. */
async function start(): Promise<void> {
  const options = readOptions();
  const prepared = await prepareStack(options);
  const leave = leaver(() => prepared.supervisor.stopAll(STOP_WITHIN_MS));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => leave(0, "Deteniendo todo… / Stopping everything…"));
  }
  // Nobody reads us any more (`npm start | head`): what we started must not stay behind.
  process.stdout.on("error", () => leave(1));
  process.on("uncaughtException", (error) => leave(1, inWords(error)));

  console.log("Iniciando, menos de un minuto… / Starting, less than a minute…");
  try {
    const stack = await startStack(options, prepared);
    console.log(`\nListo. / Ready.\n\n${describePlaces(stack.places)}\n`);
    followLog(stack.reactorLog, (line) => console.log(line));
  } catch (error) {
    return leave(1, inWords(error));
  }
  const { name, logPath } = await prepared.supervisor.failed;
  const es = `${name} terminó sin que nadie lo pidiera: vea ${logPath}. Se detiene todo lo demás.`;
  leave(1, `${es}\n${name} ended though nobody asked it to: see ${logPath}. All else is stopped.`);
}

function readOptions(): StackOptions {
  const checkout = resolve(import.meta.dirname, "..");
  return {
    checkout,
    stateFolder: process.env.KUSTODIA_STATE_FOLDER || join(checkout, ".kustodia"),
    env: process.env,
    apiPort: readPort("API_PORT", 4000),
    ponderPort: readPort("PONDER_PORT", 42069),
    shape: "one-step",
    fresh: readFresh(),
    say: (line) => console.log(line),
  };
}

function readFresh(): boolean {
  try {
    return parseArgs({ options: { fresh: { type: "boolean", default: false } } }).values.fresh;
  } catch (cause) {
    throw new StackError(
      {
        es: "La única opción es --fresh: npm start -- --fresh",
        en: "The only option is --fresh: npm start -- --fresh",
      },
      { cause },
    );
  }
}

function readPort(name: string, otherwise: number): number {
  const port = Number(process.env[name] || otherwise);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new StackError({ es: `${name} debe ser un puerto, de 1 a 65535.`, en: `${name} must be a port, 1 to 65535.` });
}

/** What ends this process: the first reason is printed and decides the exit code; the later ones follow from it. */
function leaver(stopAll: () => Promise<void>): (code: number, reason?: string) => void {
  let left = false;
  return (code, reason) => {
    if (left) return;
    left = true;
    if (reason !== undefined) console.log(reason);
    void stopAll().finally(() => process.exit(code));
  };
}

function inWords(error: unknown): string {
  return error instanceof StackError ? error.message : String(error instanceof Error ? error.stack : error);
}

try {
  await start();
} catch (error) {
  console.error(inWords(error));
  process.exit(1);
}
