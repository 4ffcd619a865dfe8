import { readFileSync } from "node:fs";
import { z } from "zod";
import { type ReceiptFile, receiptFile } from "./receiptFile.ts";

/** @throws Error that says what of the file is no receipt. */
export function readReceiptFile(path: string): ReceiptFile {
  const parsed = receiptFile.safeParse(parse(readFileSync(path, "utf8")));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} no es un comprobante: / is no receipt:\n${z.prettifyError(parsed.error)}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
