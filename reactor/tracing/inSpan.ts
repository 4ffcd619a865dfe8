import { type Attributes, SpanStatusCode, trace } from "@opentelemetry/api";

/**
 * Does some work in a span of its own, under the one that it is done in. Without tracing it is only done. Of an error the
 * span keeps what kind it was: its message may quote whatever a library had in hand.
 * @param attributes ids, names and numbers that we wrote; nobody's name, no CLABE and no body.
 */
export function inSpan<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return trace.getTracer("kustodia").startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute("error.type", error instanceof Error ? error.name : typeof error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Adds what became known only while the work was done to the span that it is done in. */
export function noteInSpan(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes(attributes);
}
