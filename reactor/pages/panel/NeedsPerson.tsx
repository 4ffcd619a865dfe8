import type { z } from "zod";
import type { overviewView } from "../../http/wire/overviewView.ts";
import { Card } from "../parts/Card.tsx";
import type { Visitor } from "../site.ts";

type Waiting = z.infer<typeof overviewView>["waiting"];

const WHERE = [
  ["review", "review_queue", "/revision"],
  ["disputes", "disputes", "/disputas"],
  ["unassigned", "unassigned", "/depositos"],
  ["breaks", "breaks", "/descuadres"],
  ["plans", "plans", "/planes"],
  ["alerts", "alerts", "#alertas"],
] as const;

/** What does not go on without somebody, each with the way to it. */
export const NeedsPerson = ({ visitor: { say }, waiting }: { visitor: Visitor; waiting: Waiting }) => (
  <Card id="personas" title={say.needs_person}>
    <ul class="tiles">
      {WHERE.map(([name, word, path]) => (
        <li>
          <a href={path} class={waiting[name] > 0 ? "tile warn" : "tile"}>
            <strong>{waiting[name]}</strong>
            <span>{say[word]}</span>
          </a>
        </li>
      ))}
    </ul>
  </Card>
);
