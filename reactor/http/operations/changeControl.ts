import { z } from "@hono/zod-openapi";
import { CONTROL_NAMES, type ControlName, isCeiling } from "../../payments/controls.ts";
import { FIRST_LANE } from "../../payments/lanes.ts";
import { toPesos } from "../../payments/money.ts";
import { termOf } from "../../payments/terms.ts";
import { changeControl as putInForce, readControls } from "../../store/controls.ts";
import { Problem } from "../Problem.ts";
import { operation, planOf } from "./plan.ts";

/**
 * Changes how much may leave, or to which address. A ceiling holds in every reactor from its next batch on; an address stops
 * the money of every reactor that was started with the former one.
 */
export const changeControl = operation({
  /** `value` as controls are stored. */
  request: z.object({
    name: z.enum(CONTROL_NAMES),
    value: z.string(),
    /** Whose address it is; plans of before there were several name none. */
    lane: z.string().default(FIRST_LANE),
  }),
  async draw({ db }, { name, value, lane }) {
    const inForce = (await readControls(db, lane)).find((one) => one.name === name);
    if (inForce === undefined) throw new Error(`No ${name} is in force: no reactor was ever started on this database.`);
    if (inForce.value === value) throw new Problem("control_unchanged", { pointer: "/value" });
    const [from, to] = [shown(name, inForce.value), shown(name, value)];
    const changed = {
      es: `${upper(termOf("control", name, "es"))}: de ${from} a ${to}`,
      en: `${upper(termOf("control", name, "en"))}: from ${from} to ${to}`,
    };
    return {
      ...planOf(
        "change_control",
        2,
        isCeiling(name)
          ? {
              es: `${changed.es}, desde ahora en todos los reactores`,
              en: `${changed.en}, from now on in every reactor`,
            }
          : {
              es: `${changed.es}; los reactores en marcha no envían dinero hasta que arrancan con ella`,
              en: `${changed.en}; running reactors send no money until they are started with it`,
            },
      ),
      details: { control: name, version: String(inForce.version + 1), from, to, ...(lane !== FIRST_LANE && { lane }) },
    };
  },
  async perform(_ports, tx, { name, value, lane }, plan, { names, reason }) {
    const version = Number(plan.details.version);
    if (!(await putInForce(tx, { name, lane, version, value, setBy: names, reason })))
      throw new Problem("plan_changed");
    return [];
  },
});

const shown = (name: ControlName, value: string) => (isCeiling(name) ? toPesos(BigInt(value)) : value);
const upper = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
