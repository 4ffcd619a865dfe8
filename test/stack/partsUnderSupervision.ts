import { join } from "node:path";
import { startAnvil } from "../../bin/stack/startAnvil.ts";
import { startPostgres } from "../../bin/stack/startPostgres.ts";
import { supervise } from "../../bin/stack/supervise.ts";

/** A supervisor to be killed by a test: starts Anvil and Postgres over the folder it is given, and says where they are. */
const [folder = ""] = process.argv.slice(2);
const supervisor = supervise(folder);
const postgres = await startPostgres(supervisor, { checkout: process.cwd(), dataDir: join(folder, "postgres") });
const anvil = await startAnvil(supervisor, { statePath: join(folder, "chain.json") });
process.on("SIGINT", () => {
  supervisor.stopAll(9_500).then(() => process.exit(0));
});
process.stdout.write(`${JSON.stringify({ pids: [postgres.pid, anvil.pid], rpcUrl: anvil.rpcUrl })}\n`);
