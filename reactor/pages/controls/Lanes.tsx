import type { z } from "zod";
import type { laneView } from "../../http/wire/laneView.ts";
import type { LaneState } from "../../payments/lanes.ts";
import { termOf } from "../../payments/terms.ts";
import { Card } from "../parts/Card.tsx";
import { Moment } from "../parts/facts.tsx";
import { ReasonedAction } from "../parts/ReasonedAction.tsx";
import type { Visitor } from "../site.ts";

type Lane = z.infer<typeof laneView>;
type Shown = Readonly<{ visitor: Visitor; lane: Lane }>;

/** What may be done to a lane, by the state that it is in; the verbs are the API's. */
const VERBS: Readonly<Record<LaneState, readonly ("open" | "drain" | "retire")[]>> = {
  proposed: ["open"],
  open: ["drain"],
  draining: ["open", "retire"],
  retired: ["open"],
};

/** The signers and contracts by which payments go, and what a person may do to each. */
export const Lanes = ({ visitor, lanes }: { visitor: Visitor; lanes: readonly Lane[] }) => (
  <Card id="carriles" title={visitor.say.lanes}>
    <p class="quiet">{visitor.say.lanes_how}</p>
    <ul class="entries">
      {lanes.map((lane) => (
        <Entry visitor={visitor} lane={lane} />
      ))}
    </ul>
  </Card>
);

function Entry({ visitor, lane }: Shown) {
  const { say, language, caller } = visitor;
  const { name, account, chain_id, state, open_payments, escrow_contract, bridge_wallet, set_by, reason, since } = lane;
  return (
    <li>
      <div class="entry-head">
        <strong>{name}</strong>
        <span>{`${say.bank_account} ${account} · ${say.chain} ${chain_id ?? "—"} · ${termOf("lane_state", state, language)} · ${open_payments} ${say.open_payments}`}</span>
      </div>
      {escrow_contract !== null && <p class="hash">{escrow_contract}</p>}
      {bridge_wallet !== null && <p class="hash">{bridge_wallet}</p>}
      <p class="quiet">
        {set_by.length > 0 && `${set_by.join(", ")} · `}
        <Moment visitor={visitor} at={since} />
        {reason !== null && ` · ${reason}`}
      </p>
      {caller?.scopes.has("admin") && VERBS[state].map((verb) => <Action visitor={visitor} lane={lane} verb={verb} />)}
    </li>
  );
}

function Action({ visitor, lane, verb }: Shown & { verb: "open" | "drain" | "retire" }) {
  const { say } = visitor;
  const label = { open: say.open_lane, drain: say.drain_lane, retire: say.retire_lane }[verb];
  return (
    <ReasonedAction visitor={visitor} action={`/limites/carriles/${lane.name}/${verb}`} label={label}>
      {verb === "open" && <p class="quiet">{say.two_persons}</p>}
    </ReasonedAction>
  );
}
