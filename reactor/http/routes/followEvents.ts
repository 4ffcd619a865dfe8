import { createRoute } from "@hono/zod-openapi";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { maskClabesIn } from "../../payments/clabe.ts";
import { type FeedPage, newestEventId, readFeed } from "../../store/readFeed.ts";
import type { ApiApp } from "../caller.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { toEventView } from "../wire/eventView.ts";
import { digits, fields, LARGEST_ID } from "../wire/fields.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";

/** Each is a connection and a query a second. */
const MOST_LISTENERS = 100;
const PAGE = 200;
/** Another reactor's events ring here no bell. */
const LOOK_EVERY_MS = 1_000;
/** Many events at once are one look. */
const SHORTEST_PAUSE_MS = 100;
/** Proxies close what is silent for a minute. */
const HEARTBEAT_MS = 15_000;
/** Then it ends and is opened anew by the listener: with a key that may have been revoked meanwhile. */
const LONGEST_MS = 5 * 60_000;
const RETRY_MS = 2_000;

const route = createRoute({
  method: "get",
  path: "/api/events",
  operationId: "followEvents",
  tags: ["payments"],
  summary: "Every event as it happens, as server-sent events",
  description:
    "Each message's `id` is the event's and its `data` an Event. A listener that comes back with `Last-Event-ID` is first told what it missed; one without is told what comes.",
  request: {
    query: fields({ payment_id: digits(1, LARGEST_ID).optional().openapi({ description: "Of this payment only" }) }),
    headers: fields({})
      .loose()
      .extend({ "last-event-id": digits(0, LARGEST_ID).optional() }),
  },
  responses: {
    200: {
      description: "A stream that ends by itself after some minutes, to be opened again",
      content: { "text/event-stream": { schema: { type: "string" } } },
    },
    ...problemAnswers,
  },
});

/** Tells events in the order of their numbers, each once, to whoever listens. */
export function followEvents(app: ApiApp, ports: AppPorts): void {
  let listeners = 0;
  app.openapi(route, async (c) => {
    const { payment_id: paymentId } = c.req.valid("query");
    const last = c.req.valid("header")["last-event-id"];
    if (listeners >= MOST_LISTENERS) {
      throw new Problem("too_many_listeners", { facts: { maximum: String(MOST_LISTENERS) } });
    }
    const after = last ?? (await newestEventId(ports.db));
    listeners++;
    return streamSSE(c, async (stream) => {
      const told = { paymentId: paymentId ?? null, masked: !c.get("caller").scopes.has("operate") };
      // What is thrown here would be told to the listener in its own words.
      await tell(ports, stream, after, told)
        .catch((error: unknown) => ports.failed("eventos en vivo", error))
        .finally(() => listeners--);
    });
  });
}

/** Which events, and whether a whole CLABE that a free text quotes is hidden, as in every answer to who only reads. */
type Told = Readonly<{ paymentId: number | null; masked: boolean }>;

async function tell(
  ports: AppPorts,
  stream: SSEStreamingApi,
  from: number,
  { paymentId, masked }: Told,
): Promise<void> {
  const bell = listen(ports, stream);
  const endsAtMs = performance.now() + LONGEST_MS;
  let after = from;
  let gap: FeedPage["gap"] = null;
  let saidAtMs = performance.now();
  // So that the listener knows at once that it is heard.
  await stream.write(`retry: ${RETRY_MS}\n: ${after}\n\n`);
  try {
    while (!bell.ended() && performance.now() < endsAtMs) {
      const page: FeedPage = await readFeed(ports.db, { after, limit: PAGE, known: gap });
      gap = page.gap;
      for (const event of page.events) {
        after = event.id;
        if (paymentId !== null && event.paymentId !== paymentId) continue;
        const data = JSON.stringify(toEventView(event));
        await stream.writeSSE({ id: String(event.id), data: masked ? maskClabesIn(data) : data });
        saidAtMs = performance.now();
      }
      if (performance.now() - saidAtMs > HEARTBEAT_MS) {
        await stream.write(`: ${after}\n\n`);
        saidAtMs = performance.now();
      }
      if (page.events.length < PAGE) await bell.rest();
    }
  } finally {
    bell.stop();
  }
}

/** Rests until an event is stored here or it is time to look anyway; ends with the listener, or with the server. */
function listen({ onEvent, closing }: AppPorts, stream: SSEStreamingApi) {
  let rung = false;
  let wake: () => void = () => undefined;
  const ring = () => {
    rung = true;
    wake();
  };
  const stop = onEvent(ring);
  stream.onAbort(ring);
  closing.addEventListener("abort", ring, { once: true });
  const ended = () => stream.aborted || closing.aborted;
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return {
    ended,
    rest: async () => {
      if (!rung && !ended()) await pause(LOOK_EVERY_MS);
      rung = false;
      await stream.sleep(SHORTEST_PAUSE_MS);
    },
    stop: () => {
      stop();
      closing.removeEventListener("abort", ring);
    },
  };
}
