import { parseArgs } from "node:util";
import { type Ask, apiAt, EXIT, Refused } from "./cli/askApi.ts";
import { COMMANDS } from "./cli/commands.ts";
import { OPTIONS, type Options, USAGE, WrongUsage } from "./cli/usage.ts";
import { localState } from "./operate/localState.ts";

/**
 * `npm run cli -- <command>`: the operator's command line. It asks the API, under the key in `API_KEY` or this folder's
 * own; `--database` does in the database itself what is needed when no API answers or no key opens it yet.
 */
async function run(): Promise<void> {
  const { values, positionals } = parse();
  if (values.help) return console.log(USAGE);
  const [name = "", ...words] = positionals;
  const command = COMMANDS[name];
  if (command === undefined) throw new WrongUsage();
  // What knows the database takes a second to load, which who asks the API need not wait for.
  const answered = values.database
    ? await (await import("./cli/inDatabase.ts")).inDatabase(name, words, values)
    : await command(words, values, askWith(values));
  console.log(values.json ? JSON.stringify(answered.body) : answered.text);
  if (answered.differs) process.exitCode = EXIT.refused;
}

/** Looks for the system and its key when something is asked of it: who verifies a receipt has neither. */
const askWith =
  (values: Options): Ask =>
  (method, path, body) =>
    apiAt(values.api ?? localState().placeOf("API"), keyOf())(method, path, body);

const keyOf = () => process.env.API_KEY || localState().apiKey();

function parse(): { values: Options; positionals: readonly string[] } {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new WrongUsage(error);
  }
}

try {
  await run();
} catch (error) {
  const asJson = process.argv.includes("--json");
  if (error instanceof Refused) {
    console.error(asJson ? JSON.stringify(error.problem) : error.message);
    process.exitCode = EXIT.refused;
  } else if (error instanceof WrongUsage) {
    console.error(USAGE);
    process.exitCode = EXIT.usage;
  } else {
    const message = error instanceof Error ? error.message : String(error);
    console.error(asJson ? JSON.stringify({ message }) : message);
    process.exitCode = EXIT.unanswered;
  }
}
