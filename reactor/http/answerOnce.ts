import type { MiddlewareHandler } from "hono";
import { freeAnswerKey, keepAnswer, takeAnswerKey } from "../store/answers.ts";
import type { ApiEnv } from "./caller.ts";
import { hashRequest } from "./hashRequest.ts";
import { Problem } from "./Problem.ts";
import type { AppPorts } from "./ports.ts";
import { LONGEST_IDEMPOTENCY_KEY } from "./wire/repeatable.ts";

/** Answered while its work goes on: what came of it is not known, so its key is not free yet. */
const TOO_SLOW = 504;

const CHANGES: ReadonlySet<string> = new Set(["POST", "PATCH"]);

/**
 * A POST or PATCH with an `Idempotency-Key` is done once: its repeat is given the first answer again, and says so in the header
 * `Idempotent-Replayed`. The key is the caller's own. A refusal is not kept: the request may be mended under its key.
 * @throws {Problem} when the key was used for something else, or its first request is still being answered.
 */
export function answerOnce({ db }: Pick<AppPorts, "db">): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const header = c.req.header("idempotency-key");
    // One that is too long is refused by the route itself, in a sentence.
    if (!CHANGES.has(c.req.method) || !header || header.length > LONGEST_IDEMPOTENCY_KEY) return next();
    const key = `idempotency_key:${c.get("caller").owner.id}:${header}`;
    const taken = await takeAnswerKey(db, key, hashRequest([c.req.path, parse(await c.req.text())]));
    if (taken.kind === "of_another_request") throw new Problem("idempotency_key_reused");
    if (taken.kind === "being_answered") throw new Problem("still_answering");
    if (taken.kind === "answered") {
      const headers = { "content-type": "application/json", "idempotent-replayed": "true" };
      return new Response(taken.body, { status: taken.status, headers });
    }
    c.set("answerKey", key);
    await next();
    if (c.res.ok) await keepAnswer(db, key, { status: c.res.status, body: c.get("replay") ?? (await textOf(c.res)) });
    else if (c.res.status !== TOO_SLOW) await freeAnswerKey(db, key);
  };
}

const textOf = (response: Response) => response.clone().text();

/** A body as it means: how it is written makes no difference. What is not JSON is refused by the route. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
