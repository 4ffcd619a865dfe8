import type { Scope } from "../../store/schema/access.ts";
import type { Visitor } from "../site.ts";
import type { PageWords } from "../words/es.ts";

type Place = Readonly<{ path: string; word: keyof PageWords; scope: Scope }>;

const PLACES: readonly Place[] = [
  { path: "/", word: "panel", scope: "read" },
  { path: "/pagos", word: "payments", scope: "read" },
  { path: "/revision", word: "review_queue", scope: "read" },
  { path: "/depositos", word: "unassigned", scope: "read" },
  { path: "/disputas", word: "disputes", scope: "read" },
  { path: "/descuadres", word: "breaks", scope: "read" },
  { path: "/planes", word: "plans", scope: "read" },
  { path: "/reportes", word: "reports", scope: "read" },
  { path: "/avisos", word: "webhooks", scope: "read" },
  { path: "/limites", word: "limits", scope: "read" },
  { path: "/llaves", word: "keys", scope: "admin" },
  { path: "/bitacora", word: "audit", scope: "audit" },
];

/** The pages that this visitor's key opens. */
export function Navigation({ visitor: { say, path, caller } }: { visitor: Visitor }) {
  const here = (place: Place) => (place.path === "/" ? path === "/" : path.startsWith(place.path));
  return (
    <nav aria-label={say.navigation}>
      <ul>
        {PLACES.filter(({ scope }) => caller?.scopes.has(scope)).map((place) => (
          <li>
            <a href={place.path} {...(here(place) && { "aria-current": "page" as const })}>
              {say[place.word]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
