/** Two persons, each with their own key, do something to a payment: one plans it, the other confirms it. */
export async function byTwo(
  reactor: { url: string },
  { persons: [one, other] }: { persons: readonly [string, string] },
  path: string,
  body: object,
): Promise<void> {
  const { hash } = (await post(reactor, one, path, body)) as { hash: string | null };
  if (hash === null) throw new Error(`${path} asked for one person only.`);
  await post(reactor, other, `/api/plans/${hash}/confirm`, {});
}

/** What one person does with their key. @throws Error with the whole answer when it is refused. */
export async function post(reactor: { url: string }, key: string, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${reactor.url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
