import type { z } from "zod";
import type { endpointView } from "../../http/wire/webhookView.ts";
import { Moment } from "../parts/facts.tsx";
import { ReasonedAction } from "../parts/ReasonedAction.tsx";
import type { Visitor } from "../site.ts";

type Endpoint = z.infer<typeof endpointView>;

/** Where events are told, in which standing each is, and what may be done to it. */
export function Endpoints({ visitor, endpoints }: { visitor: Visitor; endpoints: readonly Endpoint[] }) {
  const { say } = visitor;
  const failed = endpoints.filter(({ disabled_why }) => disabled_why === "gone" || disabled_why === "failing");
  return (
    <>
      {failed.length > 0 && (
        <p class="notice bad">
          {say.endpoints_failed.replace("{endpoints}", failed.map(({ id }) => String(id)).join(", "))}
        </p>
      )}
      {endpoints.length === 0 && <p class="nothing">{say.no_endpoints}</p>}
      <ul class="entries">
        {endpoints.map((one) => (
          <EndpointEntry visitor={visitor} endpoint={one} />
        ))}
      </ul>
    </>
  );
}

function EndpointEntry({ visitor, endpoint }: { visitor: Visitor; endpoint: Endpoint }) {
  const { say, caller } = visitor;
  const { id, url, event_types, failing_since, previous_secret_until, created_at } = endpoint;
  return (
    <li>
      <div class="entry-head">
        <strong>{`${say.endpoint} ${id}`}</strong>
        <Standing visitor={visitor} endpoint={endpoint} />
      </div>
      <p class="hash">{url}</p>
      <dl class="facts">
        <dt>{say.events}</dt>
        <dd>{event_types === null ? say.event_types_all : event_types.join(", ")}</dd>
        <dt>{say.created}</dt>
        <dd>
          <Moment visitor={visitor} at={created_at} />
        </dd>
        {failing_since !== null && (
          <>
            <dt>{say.failing_since}</dt>
            <dd>
              <Moment visitor={visitor} at={failing_since} />
            </dd>
          </>
        )}
        {previous_secret_until !== null && (
          <>
            <dt>{say.both_secrets_until}</dt>
            <dd>
              <Moment visitor={visitor} at={previous_secret_until} />
            </dd>
          </>
        )}
      </dl>
      {caller?.scopes.has("admin") && <EndpointActions visitor={visitor} endpoint={endpoint} />}
      {caller?.scopes.has("operate") && (
        <ReasonedAction visitor={visitor} action={`/avisos/${id}/reenviar`} label={say.send_missed} tone="main">
          <label>
            {say.since_in_mexico}
            <input type="datetime-local" name="since" required />
          </label>
        </ReasonedAction>
      )}
    </li>
  );
}

function EndpointActions({ visitor, endpoint: { id, enabled, etag } }: { visitor: Visitor; endpoint: Endpoint }) {
  const { say } = visitor;
  return (
    <>
      <ReasonedAction
        visitor={visitor}
        action={`/avisos/${id}/${enabled ? "pausar" : "reanudar"}`}
        label={enabled ? say.pause : say.resume_endpoint}
        tone={enabled ? "danger" : "main"}
        version={etag}
      />
      <ReasonedAction visitor={visitor} action={`/avisos/${id}/secreto`} label={say.rotate_secret}>
        <label>
          {say.overlap_hours}
          <input name="overlap_hours" type="number" min={0} max={720} value="24" required />
        </label>
      </ReasonedAction>
      <ReasonedAction visitor={visitor} action={`/avisos/${id}/eliminar`} label={say.remove}>
        <p class="quiet">{say.remove_means}</p>
      </ReasonedAction>
    </>
  );
}

function Standing({ visitor: { say }, endpoint }: { visitor: Visitor; endpoint: Endpoint }) {
  const { enabled, disabled_why: why, failing_since } = endpoint;
  if (why !== null && why !== "removed") {
    return <span class={why === "person" ? "badge cancelled" : "badge review"}>{say[`disabled_${why}`]}</span>;
  }
  const failing = enabled && failing_since !== null;
  return <span class={failing ? "badge pending" : "badge completed"}>{failing ? say.failing : say.enabled}</span>;
}
