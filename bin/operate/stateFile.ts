import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * Reads a file of the local start's state folder: this checkout's, or `KUSTODIA_STATE_FOLDER`.
 * @param otherwise what a person may give instead, Spanish and English.
 * @throws Error when it is not there: the system was never started here.
 */
export function stateFile(name: string, otherwise: Readonly<{ es: string; en: string }>): string {
  const folder = process.env.KUSTODIA_STATE_FOLDER || resolve(import.meta.dirname, "..", "..", ".kustodia");
  const path = join(folder, name);
  if (existsSync(path)) return readFileSync(path, "utf8");
  throw new Error(
    `No está ${path}: inicie el sistema, o ${otherwise.es}. / It is not there: start the system, or ${otherwise.en}.`,
  );
}
