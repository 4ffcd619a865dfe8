import type { z } from "zod";
import type { deliveryView } from "../../http/wire/webhookView.ts";
import { Moment } from "../parts/facts.tsx";
import { ReasonedAction } from "../parts/ReasonedAction.tsx";
import type { Visitor } from "../site.ts";

type Delivery = z.infer<typeof deliveryView>;
const COLOURS = { pending: "processing", delivered: "completed", abandoned: "review" } as const;

/** What was told, whereto, and what became of it. */
export function Deliveries({ visitor, deliveries }: { visitor: Visitor; deliveries: readonly Delivery[] }) {
  const { say } = visitor;
  if (deliveries.length === 0) return <p class="nothing">{say.no_deliveries}</p>;
  return (
    <section class="scroll" aria-label={say.deliveries} tabindex={0}>
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">{say.event}</th>
            <th scope="col">{say.payment}</th>
            <th scope="col">{say.endpoint}</th>
            <th scope="col">{say.status}</th>
            <th scope="col" class="number">
              {say.attempts}
            </th>
            <th scope="col">{say.last_answer}</th>
            <th scope="col">{say.when}</th>
            {visitor.caller?.scopes.has("operate") && (
              <th scope="col">
                <span class="unseen">{say.send_again}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {deliveries.map((one) => (
            <DeliveryLine visitor={visitor} delivery={one} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function DeliveryLine({ visitor, delivery }: { visitor: Visitor; delivery: Delivery }) {
  const { say, caller } = visitor;
  const { id, endpoint_id, event, state, attempts, last_status, last_error } = delivery;
  return (
    <tr>
      <th scope="row">
        <code>{event.type}</code>
      </th>
      <td data-label={say.payment}>
        {event.payment_id === null ? (
          <span class="quiet">{say.of_the_system}</span>
        ) : (
          <a href={`/pagos/${event.payment_id}`}>{event.payment_id}</a>
        )}
      </td>
      <td data-label={say.endpoint}>{endpoint_id}</td>
      <td data-label={say.status}>
        <span class={`badge ${COLOURS[state]}`}>{say[`delivery_${state}`]}</span>
      </td>
      <td class="number" data-label={say.attempts}>
        {attempts}
      </td>
      <td class="name" data-label={say.last_answer}>
        {last_status !== null && <span class="figures">{`HTTP ${last_status}`}</span>}{" "}
        {last_error !== null && <span class="bad">{last_error}</span>}
        {last_status === null && last_error === null && <span class="quiet">—</span>}
      </td>
      <td data-label={say.when}>
        <Moment visitor={visitor} at={event.created_at} />
      </td>
      {caller?.scopes.has("operate") && (
        <td class="does">
          <ReasonedAction visitor={visitor} action={`/avisos/entregas/${id}`} label={say.send_again} tone="main" />
        </td>
      )}
    </tr>
  );
}
