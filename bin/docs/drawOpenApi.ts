import { createApp } from "../../reactor/http/createApp.ts";
import type { AppPorts } from "../../reactor/http/ports.ts";
import { describeApi } from "../../reactor/http/reference/describeApi.ts";

/** No route looks at what it stands on before it is asked; only its limits are set when it is made. */
const NOTHING = { rateLimits: { keyPerMinute: 1, addressPerMinute: 1 }, corsOrigins: [], monotonicMs: () => 0 };

/** `openapi.json`: the API's document as it is served. */
export const drawOpenApi = (): string =>
  `${JSON.stringify(describeApi(createApp(NOTHING as unknown as AppPorts)), null, 2)}\n`;
