import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

/**
 * From here on spans are sent, in batches, to where OpenTelemetry's own variables say (`OTEL_EXPORTER_OTLP_*`, `OTEL_BSP_*`),
 * which its parts read by themselves. A receiver that does not answer holds up nothing.
 * @returns what sends the last ones and ends it.
 */
export function startTracing({ serviceName }: Readonly<{ serviceName: string }>): () => Promise<void> {
  const provider = new BasicTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ "service.name": serviceName })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  return () => provider.shutdown();
}
