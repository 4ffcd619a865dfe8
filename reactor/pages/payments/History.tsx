import type { z } from "zod";
import type { eventView } from "../../http/wire/eventView.ts";
import { Card } from "../parts/Card.tsx";
import { Moment } from "../parts/facts.tsx";
import type { Visitor } from "../site.ts";

/** Everything that happened, newest first: that is what one comes to see. */
export const History = ({ visitor, events }: { visitor: Visitor; events: readonly z.infer<typeof eventView>[] }) => (
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
  </Card>
);
