import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Command, Reply } from "./protocol.ts";

/** No command takes this long: who waits longer waits for nothing. */
const LONGEST_MS = 60_000;

/** A thread of Node 20's does not load TypeScript by the flags that its process was started with. */
const START = `import("tsx/esm/api").then(({ register }) => {
  register();
  return import(require("node:worker_threads").workerData.program);
});`;

/** A Postgres that answers before its caller goes on, so that a world that hears it is as deterministic as one in memory. */
export type Thread = Readonly<{
  /** To be done before whatever is asked next. */
  send(command: Command): void;
  /** @returns what became of it, once all that was sent before is done. */
  ask(command: Command): Reply;
  close(): Promise<void>;
}>;

/** @param url of an empty database. */
export function openThread(url: string): Thread {
  const { port1: port, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(START, {
    eval: true,
    execArgv: [],
    workerData: { url, port: port2, done, program: new URL("./thread.ts", import.meta.url).href },
    transferList: [port2],
  });
  let waiting: Command[] = [];
  return {
    send: (command) => void waiting.push(command),
    ask: (command) => {
      Atomics.store(done, 0, 0);
      port.postMessage([...waiting, command]);
      waiting = [];
      // The bell of the answer before may ring only now: then nothing is done yet.
      while (Atomics.load(done, 0) === 0) {
        if (Atomics.wait(done, 0, 0, LONGEST_MS) === "timed-out") {
          throw new Error(`The thread with Postgres did not answer in ${LONGEST_MS} ms.`);
        }
      }
      return receiveMessageOnPort(port)?.message as Reply;
    },
    close: async () => {
      port.close();
      await worker.terminate();
    },
  };
}
