import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the reactors of a supervisor's folder said of answers that no table of theirs has (reactor/assemble.ts). */
export function unclassifiedAnswers(folder: string): readonly string[] {
  const logs = join(folder, "logs");
  if (!existsSync(logs)) return [];
  const lines = readdirSync(logs).flatMap((file) => readFileSync(join(logs, file), "utf8").split("\n"));
  return lines.filter((line) => line.includes("❓ Respuesta sin clasificar:"));
}
