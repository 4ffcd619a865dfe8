import { apiAt } from "../../../bin/cli/askApi.ts";
import { installKey } from "../../../bin/operate/installKey.ts";
import type { FreshSystem } from "../../harness/freshSystem.ts";

/** Ana, with a key that administers, and Beto put another value in force. */
export async function changeByTwo(
  reactor: { url: string },
  { database, persons }: Pick<FreshSystem, "database" | "persons">,
  name: string,
  value: string,
): Promise<void> {
  const { text } = await installKey(database.url, { name: "Ana", kind: "person", scopes: ["admin"] });
  const plan = await apiAt(reactor.url, text)("POST", `/controls/${name}`, { value, reason: "prueba" });
  const { hash } = plan as { hash: string };
  await apiAt(reactor.url, persons[1])("POST", `/plans/${hash}/confirm`, {});
}
