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

/** The kill switch of a running system, by its API. Each throws an Error with the API's own sentence when it refuses. */
export function killSwitchAt(apiUrl: string, apiKey: string) {
  const call = async (method: "GET" | "POST", path: string, body?: object): Promise<KillSwitch> => {
    const response = await fetch(`${apiUrl}/api/kill-switch${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const answer = (await response.json()) as KillSwitch & { detail?: string; detail_en?: string };
    if (!response.ok) throw new Error(`${answer.detail}\n${answer.detail_en}`);
    return answer;
  };
  return {
    status: () => call("GET", ""),
    pull: (reason: string, person: string) => call("POST", "/pull", { reason, person }),
    lift: (reason: string, persons: readonly [string, string], upTo: number | undefined) =>
      call("POST", "/lift", { reason, persons, up_to: upTo }),
  };
}
