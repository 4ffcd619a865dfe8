import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIPv6 } from "node:net";
import { addressesOf, type Resolve } from "./addressesOf.ts";

/** How the outside may be reached, and how long for. */
export type Outside = Readonly<{
  resolve: Resolve;
  mayReach: (address: string, protocol: string) => boolean;
  /** For one try, from the name server to the answer's head. */
  timeoutMs: number;
}>;

export type Post = Readonly<{ url: string; headers: Readonly<Record<string, string>>; body: string }>;
/** `body` is null for an answer that broke off or was too long. Who does not wait for it has the status at once. */
export type Answer = Readonly<{ status: number; body: Promise<string | null> } | { status: null; error: string }>;

/** More of an answer is not read. */
const LONGEST_ANSWER_BYTES = 16 * 1024;

/**
 * Posts once and never elsewhere: the host is resolved once, all of its addresses must be allowed, and the connection goes
 * to one of these and is not resolved again, so that a name which changes its mind leads nowhere. Redirects are an answer
 * like any other. No connection is kept.
 * @returns the status, or why there is none, in words for operators.
 * @throws the signal's reason when it is aborted.
 */
export async function postOnce(post: Post, outside: Outside, stop: AbortSignal): Promise<Answer> {
  const url = new URL(post.url);
  const timeout = AbortSignal.timeout(outside.timeoutMs);
  try {
    const addresses = await beforeEnd(addressesOf(url, outside.resolve), AbortSignal.any([stop, timeout]));
    const refused = addresses.find((address) => !outside.mayReach(address, url.protocol));
    if (refused !== undefined) return { status: null, error: `la dirección ${refused} no está permitida` };
    const [address] = addresses;
    if (address === undefined) return { status: null, error: "el nombre no tiene dirección" };
    return await send(url, address, post, AbortSignal.any([stop, timeout]));
  } catch (error) {
    stop.throwIfAborted();
    if (timeout.aborted) return { status: null, error: `sin respuesta en ${outside.timeoutMs} ms` };
    return { status: null, error: error instanceof Error ? error.message : "error desconocido" };
  }
}

function send(url: URL, address: string, { headers, body }: Post, signal: AbortSignal): Promise<Answer> {
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  const family = isIPv6(address) ? 6 : 4;
  return new Promise((resolve, reject) => {
    request(url, {
      method: "POST",
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
      agent: false,
      signal,
      // The address that was allowed, whatever the name stands for by now. Node asks in two ways.
      lookup: (_host, options, found) => {
        if (options.all) found(null, [{ address, family }]);
        else found(null, address, family);
      },
    })
      .on("response", (answer) => {
        resolve({ status: answer.statusCode ?? 0, body: readLittle(answer) });
      })
      .on("error", reject)
      .end(body);
  });
}

/** Lets a short answer end, so that its sender sees no broken connection, and cuts off a long one. */
function readLittle(answer: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  answer.on("error", () => answer.destroy());
  answer.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > LONGEST_ANSWER_BYTES) answer.destroy();
  });
  return new Promise((resolve) => {
    answer.on("close", () => resolve(answer.complete ? Buffer.concat(chunks).toString("utf8") : null));
  });
}

/** What a promise comes to, unless the signal comes first. */
async function beforeEnd<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const end = once(signal, "abort").then((): never => {
    throw signal.reason;
  });
  return Promise.race([work, end]);
}
