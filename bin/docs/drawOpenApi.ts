import { createApp } from "../../reactor/http/createApp.ts";
import type { AppPorts } from "../../reactor/http/ports.ts";
import { describeApi } from "../../reactor/http/reference/describeApi.ts";

/** `openapi.json`: the API's document as it is served. No route looks at what it stands on before it is asked. */
export const drawOpenApi = (): string => `${JSON.stringify(describeApi(createApp({} as AppPorts)), null, 2)}\n`;
