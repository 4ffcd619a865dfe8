import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** What the running start of this folder wrote down for commands like ours. Each throws an Error when no start has. */
export function localState() {
  const folder = process.env.KUSTODIA_STATE_FOLDER || resolve(import.meta.dirname, "..", "..", ".kustodia");
  const read = (file: string) => {
    const path = join(folder, file);
    if (existsSync(path)) return readFileSync(path, "utf8");
    throw new Error(
      `No está ${path}: inicie el sistema, o configure a cuál se refiere. / It is not there: start the system, or configure which one you mean.`,
    );
  };
  return {
    apiKey: () => read("api-key").trim(),
    /** The URL on the line of `places.txt` that begins with this label. */
    placeOf: (label: string) => new RegExp(`^${label}\\b.*?\\s(\\w+://\\S+)`, "m").exec(read("places.txt"))?.[1] ?? "",
  };
}
