import { type MessagePort, workerData } from "node:worker_threads";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { dressDatabase } from "./dressDatabase.ts";
import { perform } from "./perform.ts";
import type { Command, Reply } from "./protocol.ts";

/**
 * A thread with a connection to a Postgres: does what it is sent, one after the other, and says so by `done`, since who
 * sent it stands still meanwhile.
 */
const { url, port, done } = workerData as { url: string; port: MessagePort; done: Int32Array };

async function open() {
  await dressDatabase(url);
  const client = new pg.Client({ connectionString: url, pipeline: true, options: "-c synchronous_commit=off" });
  await client.connect();
  return perform(drizzle({ client }));
}

const opened = open();
opened.catch(() => undefined);

async function replyTo(commands: readonly Command[]): Promise<Reply> {
  try {
    const performer = await opened;
    let answer: unknown;
    for (const command of commands) answer = await performer(command);
    return { answer };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    return { thrown: `${error instanceof Error ? error.message : String(error)}${cause}` };
  }
}

port.on("message", async (commands: readonly Command[]) => {
  port.postMessage(await replyTo(commands));
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});
