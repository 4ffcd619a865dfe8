import { readFileSync } from "node:fs";
import { afterAll } from "vitest";
import { openStateFolder, removeState } from "../../bin/stack/openStateFolder.ts";
import { openTestFolder } from "./testFolder.ts";

/** A state folder for `npm start`, of the calling test file, which goes with all that a start kept when the file ends. */
export function wholeFolder() {
  const folder = openTestFolder();
  const path = folder.pathOf("state");
  afterAll(() => {
    removeState(openStateFolder(path));
    folder.remove();
  });
  const read = (file: string) => readFileSync(`${path}/${file}`, "utf8");
  return {
    path,
    /** The API's key of the running start. */
    apiKey: () => read("api-key").trim(),
    /** The URL on the line of the running start's places that begins with this label. */
    placeOf: (label: string) => new RegExp(`^${label}\\b.*?\\s(\\w+://\\S+)`, "m").exec(read("places.txt"))?.[1] ?? "",
  };
}
