import { z } from "@hono/zod-openapi";
import { termsOf } from "../../payments/terms.ts";
import { createKey as storeKey } from "../../store/apiKeys.ts";
import { adoptPerson, findPerson } from "../../store/persons.ts";
import { SCOPES } from "../../store/schema/access.ts";
import { Problem } from "../Problem.ts";
import { operation, planOf } from "./plan.ts";

/** Makes a key for a person or a service; one that approves is two persons' to make. Only the hash of its secret is here. */
export const createKey = operation({
  request: z.object({
    id: z.string(),
    secretHash: z.string(),
    owner: z.string(),
    kind: z.enum(["person", "service"]),
    scopes: z.array(z.enum(SCOPES)),
    days: z.number(),
  }),
  async draw({ db }, { id, owner: name, kind, scopes, days }) {
    const known = await findPerson(db, name);
    if (known !== null && known.kind !== kind) {
      throw new Problem("name_of_another_kind", { facts: { name }, pointer: "/owner" });
    }
    const approves = scopes.includes("approve");
    if (approves && kind === "service") throw new Problem("service_never_approves", { pointer: "/scopes" });
    const list = scopes.join(", ");
    return {
      ...planOf("create_key", approves ? 2 : 1, {
        es: `Llave ${id} para ${name} (${termsOf("scopes", list, "es")}) por ${days} días`,
        en: `Key ${id} for ${name} (${termsOf("scopes", list, "en")}) for ${days} days`,
      }),
      details: { id, owner: name, owner_kind: kind, scopes: list, days: String(days) },
    };
  },
  async perform(_ports, tx, { id, secretHash, owner: name, kind, scopes, days }, _plan, { names }) {
    const owner = await adoptPerson(tx, name, kind);
    if (owner === null) throw new Problem("plan_changed");
    return storeKey(tx, { id, secretHash, owner, scopes, days, createdBy: names.join(", ") });
  },
});
