import type { z } from "zod";
import type { alertView } from "../../http/wire/alertView.ts";
import { Card } from "../parts/Card.tsx";
import { Moment } from "../parts/facts.tsx";
import { ReasonedAction } from "../parts/ReasonedAction.tsx";
import type { Visitor } from "../site.ts";

type Alert = z.infer<typeof alertView>;

/** What stands, and who has it. A person takes an alert with their own key. */
export function Alerts({ visitor, alerts }: { visitor: Visitor; alerts: readonly Alert[] }) {
  const { say, caller } = visitor;
  const open = alerts.filter(({ closed_at }) => closed_at === null);
  const mayTake = caller?.owner.kind === "person" && caller.scopes.has("operate");
  return (
    <Card id="alertas" title={say.alerts}>
      {open.length === 0 && <p class="quiet">{say.no_alerts}</p>}
      <ul class="rows">
        {open.map(({ id, name, detail, opened_at, acknowledged_by }) => (
          <li>
            <strong>{detail}</strong>
            <span class="quiet">
              <Moment visitor={visitor} at={opened_at} /> · <code>{name}</code>
            </span>
            {acknowledged_by !== null && <span class="quiet">{say.taken_by.replace("{name}", acknowledged_by)}</span>}
            {acknowledged_by === null && mayTake && (
              <ReasonedAction visitor={visitor} action={`/alertas/${id}`} label={say.take_alert} tone="main" />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
