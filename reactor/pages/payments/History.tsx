import type { z } from "zod";
import type { archivedView } from "../../http/wire/archivedView.ts";
import type { eventView } from "../../http/wire/eventView.ts";
import { Card } from "../parts/Card.tsx";
import { Moment } from "../parts/facts.tsx";
import type { Visitor } from "../site.ts";

type Told = Readonly<{
  visitor: Visitor;
  events: readonly z.infer<typeof eventView>[];
  /** What of a payment's is in files. */
  archived?: readonly z.infer<typeof archivedView>[];
}>;

/** Everything that happened, newest first: that is what one comes to see. */
export const History = ({ visitor, events, archived = [] }: Told) => (
  <Card id="historia" title={visitor.say.history}>
    <ol class="rows history">
      {events.toReversed().map(({ description, description_en, actor, created_at }) => (
        <li>
          <Moment visitor={visitor} at={created_at} />
          <span class="told">{visitor.language === "es" ? description : description_en}</span>
          <span class="quiet">{actor}</span>
        </li>
      ))}
    </ol>
    {archived.map(({ file }) => (
      <p class="quiet">{visitor.say.events_archived.replace("{file}", file)}</p>
    ))}
  </Card>
);
