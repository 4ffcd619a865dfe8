import type { z } from "zod";
import type { killSwitchView } from "../../http/wire/killSwitchView.ts";
import { ActionForm, ReasonField } from "../parts/ActionForm.tsx";
import { Card } from "../parts/Card.tsx";
import { Moment } from "../parts/facts.tsx";
import type { Visitor } from "../site.ts";

type KillSwitchProps = Readonly<{ visitor: Visitor; killSwitch: z.infer<typeof killSwitchView> }>;

/** Whether money may leave; one person stops it, two let it leave again. */
export function KillSwitch({ visitor, killSwitch }: KillSwitchProps) {
  const { say, caller } = visitor;
  const { killed, why, history } = killSwitch;
  const open = history.filter(({ lifted_at }) => lifted_at === null);
  const isPulled = open.length > 0;
  return (
    <Card id="interruptor" title={say.kill_switch}>
      <p class={killed ? "notice bad" : "notice good"}>{killed ? say.money_stands : say.money_may_leave}</p>
      {killed && !isPulled && <p>{why}</p>}
      <ul class="rows">
        {open.map((pull) => (
          <li>
            <strong>{pull.why}</strong>
            <span class="quiet">{pull.pulled_by}</span>
            <Moment visitor={visitor} at={pull.pulled_at} />
          </li>
        ))}
      </ul>
      {caller?.scopes.has("operate") && (
        <details>
          <summary>{isPulled ? say.lift_switch : say.pull_switch}</summary>
          {isPulled ? (
            <ActionForm visitor={visitor} action="/interruptor/levantar" label={say.propose_lift} tone="danger">
              <p class="quiet">{say.lift_needs_two}</p>
              <input type="hidden" name="up_to" value={String(Math.max(...open.map(({ id }) => id)))} />
              <ReasonField visitor={visitor} />
            </ActionForm>
          ) : (
            <ActionForm visitor={visitor} action="/interruptor/detener" label={say.pull_switch} tone="danger">
              <ReasonField visitor={visitor} />
            </ActionForm>
          )}
        </details>
      )}
    </Card>
  );
}
