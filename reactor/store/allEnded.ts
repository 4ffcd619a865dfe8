/**
 * The results of what was begun beside each other on one connection, where each statement waits for no answer to the one before.
 * @throws the first error in their order, once all have ended: nobody goes on in a lost transaction.
 */
export async function allEnded<const Begun extends readonly unknown[]>(
  begun: Begun,
): Promise<{ -readonly [Nth in keyof Begun]: Awaited<Begun[Nth]> }> {
  await Promise.allSettled(begun);
  return Promise.all(begun);
}
