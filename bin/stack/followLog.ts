import { closeSync, openSync, readSync } from "node:fs";

const LOOK_EVERY_MS = 200;

/**
 * Hands `show` each line that is written to the file from now on, in order. Children write to their log and not to us, so
 * that they outlive us whole; this is how their lines still reach the terminal. Returns what ends it.
 */
export function followLog(path: string, show: (line: string) => void): () => void {
  const file = openSync(path, "r");
  const chunk = Buffer.alloc(64 * 1_024);
  const decoder = new TextDecoder();
  let unfinished = "";

  function readOn(): void {
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      unfinished += decoder.decode(chunk.subarray(0, length), { stream: true });
      const lines = unfinished.split("\n");
      unfinished = lines.pop() ?? "";
      for (const line of lines) show(line);
    }
  }

  const timer = setInterval(readOn, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    readOn();
    closeSync(file);
  };
}
