import { createHash } from "node:crypto";
import { closeSync, createReadStream, createWriteStream, fsyncSync, openSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { z } from "zod";

/** The first line of a month's file; each other line is a row of the history with its seal, by number. */
const header = z.strictObject({
  kustodia_history: z.literal(1),
  installation: z.string(),
  name: z.string().regex(/^event_[a-z0-9_]+$/),
  rows: z.number(),
});
export type MonthHeader = z.infer<typeof header>;

/**
 * Writes a month's file, gzipped lines of JSON, that only its owner reads, and sees to it that the disk has it.
 * What could not be written to its end is not left behind. The caller has seen that there is no file of that name.
 */
export async function writeMonthFile(path: string, head: MonthHeader, lines: AsyncIterable<string>): Promise<void> {
  const text = async function* () {
    yield `${JSON.stringify(head)}\n`;
    for await (const line of lines) yield `${line}\n`;
  };
  await pipeline(text, createGzip(), createWriteStream(path, { flags: "wx", mode: 0o600 })).catch((error: unknown) => {
    rmSync(path, { force: true });
    throw error;
  });
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
}

/** What a file has: its SHA-256, lower-case hex, its first line, and how many rows. @throws Error for what is no month's file. */
export async function readMonthFile(
  path: string,
): Promise<Readonly<{ sha256: string; head: MonthHeader; rows: number }>> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  let head: MonthHeader | null = null;
  let rows = 0;
  for await (const line of everyLine(path)) {
    if (head === null) head = header.parse(JSON.parse(line));
    else rows++;
  }
  if (head === null) throw new Error(`${path} está vacío. / ${path} is empty.`);
  return { sha256: hash.digest("hex"), head, rows };
}

/** The lines of its rows. */
export async function* rowLines(path: string): AsyncGenerator<string> {
  let isHead = true;
  for await (const line of everyLine(path)) {
    if (!isHead) yield line;
    isHead = false;
  }
}

async function* everyLine(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of createReadStream(path).pipe(createGunzip())) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
