/** How the command ends: done or planned for a second person, refused, not understood, or without an answer. */
export const EXIT = { done: 0, refused: 1, usage: 2, unanswered: 3 } as const;

/** It may not be done: the API's problem document, or as much of one as says why in both languages. */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(readonly problem: Readonly<{ detail: string; detail_en: string }>) {
    super(`${problem.detail}\n${problem.detail_en}`);
  }
}

/** The running system's API. @throws {Refused} when it refuses; Error when it does not answer. */
export type Ask = (method: "GET" | "POST", path: string, body?: object) => Promise<unknown>;

const ANSWER_WITHIN_MS = 25_000;

export function apiAt(url: string, key: string): Ask {
  return async (method, path, body) => {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch((cause: unknown) => {
      throw new Error(`La API en ${url} no responde. / The API at ${url} does not answer.`, { cause });
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Refused(answer as Refused["problem"]);
    return answer;
  };
}
