import { z } from "zod";
import { controlView } from "../../http/wire/controlView.ts";
import { laneView } from "../../http/wire/laneView.ts";
import { operatedView } from "../../http/wire/planView.ts";
import { termOf } from "../../payments/terms.ts";
import { readApi } from "../askApi.ts";
import { Card } from "../parts/Card.tsx";
import { Amount, Moment } from "../parts/facts.tsx";
import { answerPage } from "../parts/Page.tsx";
import { ReasonedAction } from "../parts/ReasonedAction.tsx";
import { readForm, sendForm } from "../sendForm.ts";
import type { Site, SitePorts, Visitor } from "../site.ts";
import { Lanes } from "./Lanes.tsx";

type Control = z.infer<typeof controlView>;
const listed = z.object({ controls: z.array(controlView) });
const listedLanes = z.object({ lanes: z.array(laneView) });

/** How much may leave and to which addresses; to propose another value, which another person confirms. */
export function listControls(site: Site, ports: SitePorts): void {
  site.get("/limites", async (c) => {
    const visitor = c.get("visitor");
    const { say } = visitor;
    const { controls } = await readApi(ports, c, listed, "/api/controls");
    const { lanes } = await readApi(ports, c, listedLanes, "/api/lanes");
    const ofKind = (kind: Control["kind"]) => controls.filter((control) => control.kind === kind);
    return answerPage(
      c,
      { title: say.controls },
      <>
        <h1>{say.controls}</h1>
        <p class="lead">{say.controls_how}</p>
        <Card id="topes" title={say.ceilings}>
          <p class="quiet">{say.ceilings_how}</p>
          <Entries visitor={visitor} controls={ofKind("ceiling")} />
        </Card>
        <Card id="direcciones" title={say.addresses}>
          <p class="quiet">{say.addresses_how}</p>
          <Entries visitor={visitor} controls={ofKind("address")} />
        </Card>
        <Lanes visitor={visitor} lanes={lanes} />
      </>,
    );
  });
  site.post("/limites/:name", async (c) => {
    const { reason, value } = await readForm(c);
    const path = `/api/controls/${encodeURIComponent(c.req.param("name"))}`;
    const { hash } = await sendForm(ports, c, operatedView, { path, body: { reason, value } });
    return c.redirect(`/planes/${hash}`, 303);
  });
  site.post("/limites/carriles/:name/:verb", async (c) => {
    const { reason } = await readForm(c);
    const { name, verb } = c.req.param();
    const path = `/api/lanes/${encodeURIComponent(name)}/${encodeURIComponent(verb)}`;
    const { hash } = await sendForm(ports, c, operatedView, { path, body: { reason } });
    return c.redirect(hash === null ? "/limites#carriles" : `/planes/${hash}`, 303);
  });
}

const Entries = ({ visitor, controls }: { visitor: Visitor; controls: readonly Control[] }) => (
  <ul class="entries">
    {controls.map((control) => (
      <Entry visitor={visitor} control={control} />
    ))}
  </ul>
);

function Entry({ visitor, control }: { visitor: Visitor; control: Control }) {
  const { say, language, caller } = visitor;
  const { name, kind, value, configured, differs, set_by, reason, set_at } = control;
  const label = termOf("control", name, language);
  return (
    <li>
      <div class="entry-head">
        <strong>{`${label.charAt(0).toUpperCase()}${label.slice(1)}`}</strong>
        <Value kind={kind} value={value} />
      </div>
      {differs && (
        <p class={kind === "address" ? "notice bad" : "notice warn"}>
          {kind === "address" ? say.address_differs : say.ceiling_differs} <Value kind={kind} value={configured} />
        </p>
      )}
      <p class="quiet">
        {set_by.length === 0 ? say.control_first : set_by.join(", ")} · <Moment visitor={visitor} at={set_at} />
        {reason !== null && ` · ${reason}`}
      </p>
      {caller?.scopes.has("admin") && (
        <ReasonedAction visitor={visitor} action={`/limites/${name}`} label={say.propose_change}>
          <p class="quiet">{say.two_persons}</p>
          <label>
            {kind === "ceiling" ? say.amount_in_pesos : say.address}
            <input name="value" required maxlength={100} autocomplete="off" value={value} />
          </label>
        </ReasonedAction>
      )}
    </li>
  );
}

const Value = ({ kind, value }: Pick<Control, "kind" | "value">) =>
  kind === "ceiling" ? <Amount pesos={value} /> : <span class="hash">{value}</span>;
