import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StateFolder } from "./openStateFolder.ts";
import type { StackPlaces } from "./startStack.ts";

/** The places of a running system as lines for a person, Spanish first; also kept in `places.txt` of the state folder. */
export function describePlaces(places: StackPlaces): string {
  const lines: [string, string | undefined][] = [
    ["API", places.api],
    ["Llave de la API / API key", keyOf(places)],
    ["Operación / Operator page", `${places.api}/`],
    ["Vigía / Tripwire", places.tripwire],
    ["GraphQL", places.graphql],
    ["Banco de pruebas / Bank sandbox", places.sandbox],
    ["Cadena / Chain RPC", places.rpc],
    ["Base de datos / Database", places.database],
    ["Datos de Postgres / Postgres data", places.postgresData],
    ["Estado y registros / State and logs", places.stateFolder],
  ];
  const shown = lines.filter((line): line is [string, string] => line[1] !== undefined);
  const width = Math.max(...shown.map(([label]) => label.length));
  return shown.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join("\n");
}

const keyOf = ({ apiKey, stateFolder }: StackPlaces) =>
  apiKey === undefined
    ? "cada persona la suya / each person their own: npm run cli -- keys"
    : `${apiKey}  (${join(stateFolder, "api-key")})`;

/** Keeps them beside the state, readable by its owner only: the database's password and the API's key are among them. */
export function writePlaces(state: StateFolder, places: StackPlaces): void {
  writeFileSync(state.places, `${describePlaces(places)}\n`, { mode: 0o600 });
}
