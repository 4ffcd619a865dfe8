import { EventEmitter, once } from "node:events";
import { OpenAPIHono } from "@hono/zod-openapi";
import { expect, test } from "vitest";
import { serveApp } from "../../reactor/http/serve.ts";

const app = new OpenAPIHono();
app.get("/", (c) => c.text("aquí"));
const finish = new EventEmitter();
app.get("/slow", async (c) => {
  finish.emit("begun");
  await once(finish, "finish");
  return c.text("terminado");
});

const LOCAL = { port: 0, host: "127.0.0.1" };

test("the API answers on a free port, and no longer once it is closed", async () => {
  const served = await serveApp(app, LOCAL);
  expect(await (await fetch(served.url)).text()).toBe("aquí");
  await served.close();
  await expect(fetch(served.url)).rejects.toThrow();
});

test("a request that is being answered when the API closes gets its answer", async () => {
  const served = await serveApp(app, LOCAL);
  const begun = once(finish, "begun");
  const slow = fetch(`${served.url}/slow`).then((response) => response.text());
  await begun;
  const closed = served.close();
  finish.emit("finish");
  expect(await slow).toBe("terminado");
  await closed;
});

test("a taken port is told in one sentence", async () => {
  const first = await serveApp(app, LOCAL);
  const port = Number(new URL(first.url).port);
  await expect(serveApp(app, { ...LOCAL, port })).rejects.toThrow(`El puerto ${port} ya está en uso`);
  await first.close();
});
