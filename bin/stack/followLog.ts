import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

const LOOK_EVERY_MS = 200;

/**
 * Hands `show` each line that is written to the file from now on, in order, and each one of the file that takes its place
 * when the program is started again. Children write to their log and not to us, so that they outlive us whole; this is how
 * their lines still reach the terminal. Returns what ends it.
 */
export function followLog(path: string, show: (line: string) => void): () => void {
  const chunk = Buffer.alloc(64 * 1_024);
  let file = openSync(path, "r");
  let decoder = new TextDecoder();
  let unfinished = "";

  function readToEnd(): void {
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      unfinished += decoder.decode(chunk.subarray(0, length), { stream: true });
      const lines = unfinished.split("\n");
      unfinished = lines.pop() ?? "";
      for (const line of lines) show(line);
    }
  }

  function readOn(): void {
    readToEnd();
    const now = statSync(path, { throwIfNoEntry: false });
    if (now === undefined || now.ino === fstatSync(file).ino) return;
    // Between the two looks the old file may have grown.
    readToEnd();
    closeSync(file);
    file = openSync(path, "r");
    decoder = new TextDecoder();
    unfinished = "";
    readToEnd();
  }

  const timer = setInterval(readOn, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    readToEnd();
    closeSync(file);
  };
}
