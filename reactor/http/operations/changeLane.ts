import { z } from "@hono/zod-openapi";
import { FIRST_LANE, type LaneState } from "../../payments/lanes.ts";
import { termOf } from "../../payments/terms.ts";
import type { Queryable } from "../../store/database.ts";
import { olderReactors } from "../../store/identity.ts";
import { changeLane, findLane, type Lane } from "../../store/lanes.ts";
import { Problem } from "../Problem.ts";
import { type Operation, operation, planOf } from "./plan.ts";

type Changing = Readonly<{
  operation: string;
  from: readonly LaneState[];
  to: LaneState;
  /** Opening one lets money go to its addresses. */
  persons: 1 | 2;
  es: string;
  en: string;
  refuse?: (db: Queryable, lane: Pick<Lane, "name" | "openPayments">) => Promise<void>;
}>;

/** Puts a lane into another state. Its addresses are in the plan: they are what two persons open. */
function changing({ operation: name, from, to, persons, es, en, refuse }: Changing): Operation {
  return operation({
    request: z.object({ lane: z.string() }),
    async draw({ db }, { lane: laneName }) {
      const lane = await findLane(db, laneName);
      if (lane === null) throw new Problem("lane_not_found", { facts: { name: laneName } });
      if (!from.includes(lane.state)) throw inOtherState(lane, from);
      await refuse?.(db, lane);
      return {
        ...planOf(name, persons, { es: `Carril ${laneName}: ${es}`, en: `Lane ${laneName}: ${en}` }),
        resulting_state: to,
        details: { lane: laneName, former_state: lane.state, ...addressesOf(lane) },
      };
    },
    async perform(_ports, tx, { lane: laneName }, plan, { names, reason }) {
      const former = plan.details.former_state as LaneState;
      const openPayments = await changeLane(tx, { name: laneName, from: former, to, setBy: names, reason });
      if (openPayments === null) throw new Problem("plan_changed");
      await refuse?.(tx, { name: laneName, openPayments });
      return [];
    },
  });
}

export const openLane = changing({
  operation: "open_lane",
  from: ["proposed", "draining", "retired"],
  to: "open",
  persons: 2,
  es: "se abre a pagos nuevos",
  en: "is opened to new payments",
  refuse: async (db, { name }) => {
    const older = name === FIRST_LANE ? [] : await olderReactors(db);
    if (older.length > 0) throw new Problem("older_reactor_runs", { facts: { name, numbers: older.join(", ") } });
  },
});

export const drainLane = changing({
  operation: "drain_lane",
  from: ["open"],
  to: "draining",
  persons: 1,
  es: "no recibe pagos nuevos; los que tiene siguen",
  en: "takes no new payments; those that it has go on",
});

export const retireLane = changing({
  operation: "retire_lane",
  from: ["draining"],
  to: "retired",
  persons: 1,
  es: "se retira: ya no envía nada",
  en: "is retired: it sends nothing any more",
  refuse: async (_db, { name, openPayments }) => {
    if (openPayments > 0) throw new Problem("lane_not_empty", { facts: { name, count: String(openPayments) } });
  },
});

const addressesOf = ({ account, chainId, addresses }: Lane) =>
  addresses === null
    ? { bank_account: account }
    : {
        ...{ bank_account: account, juno_wallet: addresses.junoWallet, chain: String(chainId ?? "—") },
        ...{ contract: addresses.escrowContract, bridge: addresses.bridge },
      };

function inOtherState({ name, state }: Lane, wanted: readonly LaneState[]): Problem {
  const inWords = (language: "es" | "en") => wanted.map((one) => termOf("lane_state", one, language)).join(", ");
  return new Problem("lane_in_other_state", {
    facts: {
      name,
      state_es: termOf("lane_state", state, "es"),
      state_en: termOf("lane_state", state, "en"),
      wanted_es: inWords("es"),
      wanted_en: inWords("en"),
    },
  });
}
