/** What an operator reads of the kill switch. */
export type KillSwitch = Readonly<{
  killed: boolean;
  /** Newest first. */
  history: readonly Readonly<{
    id: number;
    why: string;
    pulled_by: string;
    pulled_at: string;
    lifted_by: readonly string[] | null;
    lift_reason: string | null;
    lifted_at: string | null;
  }>[];
}>;

/** What lifting would do; another person confirms it by its hash. */
export type LiftPlan = Readonly<{ hash: string; plan: Readonly<{ es: string; en: string }> }>;

/** The kill switch of a running system, by its API. Each throws an Error with the API's own sentence when it refuses. */
export function killSwitchAt(apiUrl: string, apiKey: string) {
  const call = async <Answer>(method: "GET" | "POST", path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${apiUrl}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const answer = (await response.json()) as Answer & { detail?: string; detail_en?: string };
    if (!response.ok) throw new Error(`${answer.detail}\n${answer.detail_en}`);
    return answer;
  };
  return {
    status: () => call<KillSwitch>("GET", "/kill-switch"),
    pull: (reason: string) => call<KillSwitch>("POST", "/kill-switch/pull", { reason }),
    /** Plans the lifting. @param upTo the newest pull that was read; undefined for all. */
    lift: (reason: string, upTo?: number) => call<LiftPlan>("POST", "/kill-switch/lift", { reason, up_to: upTo }),
    /** Does what another person planned, this or anything else. */
    confirm: (hash: string) => call<LiftPlan>("POST", `/plans/${encodeURIComponent(hash)}/confirm`, {}),
  };
}
