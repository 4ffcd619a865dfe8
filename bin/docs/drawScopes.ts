import { routeScopes } from "../../reactor/http/scopes.ts";
import { SCOPES } from "../../reactor/store/schema/access.ts";
import { redraw } from "./redraw.ts";

/** SECURITY.md with its table of which scope opens which route drawn from the data that the API asks. */
export function drawScopes(document: string): string {
  const rows = ["open", ...SCOPES].map((scope) => {
    const routes = Object.entries(routeScopes).filter(([, asked]) => asked === scope);
    return `| ${scope === "open" ? "no key" : `\`${scope}\``} | ${routes.map(([route]) => `\`${route}\``).join("<br>")} |`;
  });
  return redraw(document, "scopes", ["| scope | routes |", "|---|---|", ...rows].join("\n"));
}
