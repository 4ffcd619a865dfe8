import { planDatabase } from "../stack/planStack.ts";
import { localState } from "./localState.ts";

/** The database that is configured, or the one of this folder's running start. @throws Error when there is neither. */
export function databaseUrl(): string {
  const configured = planDatabase(process.env);
  return configured.kind === "configured" ? configured.url : localState().placeOf("Base de datos");
}
