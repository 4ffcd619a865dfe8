import { apiAt } from "../cli/askApi.ts";
import type { KillSwitch } from "../cli/tell.ts";

/** What lifting would do; another person confirms it by its hash. */
export type LiftPlan = Readonly<{ hash: string; plan: Readonly<{ es: string; en: string }> }>;

/** The kill switch of a running system, by its API. Each throws an Error with the API's own sentence when it refuses. */
export function killSwitchAt(apiUrl: string, apiKey: string) {
  const ask = apiAt(apiUrl, apiKey);
  return {
    status: async () => (await ask("GET", "/kill-switch")) as KillSwitch,
    pull: async (reason: string) => (await ask("POST", "/kill-switch/pull", { reason })) as KillSwitch,
    /** Plans the lifting. @param upTo the newest pull that was read; undefined for all. */
    lift: async (reason: string, upTo?: number) =>
      (await ask("POST", "/kill-switch/lift", { reason, up_to: upTo })) as LiftPlan,
    /** Does what another person planned, this or anything else. */
    confirm: async (hash: string) => (await ask("POST", `/plans/${encodeURIComponent(hash)}/confirm`, {})) as LiftPlan,
  };
}
