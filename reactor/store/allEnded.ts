/**
 * The results of what was begun beside each other on one connection, where each statement waits for no answer to the one before.
 * @throws the first error in their order, once all have ended: nobody goes on in a lost transaction.
 */
export async function allEnded<const Begun extends readonly unknown[]>(
  begun: Begun,
): Promise<{ -readonly [Nth in keyof Begun]: Awaited<Begun[Nth]> }> {
  // A query of drizzle's is sent each time that it is waited for: it is, once.
  const ending = begun.map((one) => Promise.resolve(one));
  await Promise.allSettled(ending);
  return Promise.all(ending) as Promise<{ -readonly [Nth in keyof Begun]: Awaited<Begun[Nth]> }>;
}
