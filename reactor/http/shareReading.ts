export type SharedReading<T> = Readonly<{
  /** @throws what the reading threw that this question had to wait for. */
  read(): Promise<T>;
  /** What was read until now may be wrong: the next question waits for a new reading. */
  forget(): void;
}>;

type Ages = Readonly<{
  /** An older one is still answered, and read again behind the answer, ms. */
  freshMs: number;
  /** One older than this is answered to nobody, ms. */
  oldestMs: number;
  /** A clock that never goes back, ms. */
  monotonicMs: () => number;
}>;

/** Lets all who ask share one reading of something that many ask for and few change. What decides of money reads for itself. */
export function shareReading<T>(read: () => Promise<T>, { freshMs, oldestMs, monotonicMs }: Ages): SharedReading<T> {
  let last: Readonly<{ value: T; begunAtMs: number }> | null = null;
  let reading: Promise<T> | null = null;

  const begin = (): Promise<T> => {
    const begunAtMs = monotonicMs();
    const begun = read();
    reading = begun;
    begun
      .then(
        (value) => ({ value, begunAtMs }),
        // Whoever waits for it is told; who comes later reads anew.
        () => null,
      )
      .then((ended) => {
        // Forgotten meanwhile: it may have been begun before what changed.
        if (reading !== begun) return;
        last = ended;
        reading = null;
      });
    return begun;
  };

  return {
    async read() {
      const ageMs = last === null ? Number.POSITIVE_INFINITY : monotonicMs() - last.begunAtMs;
      if (last === null || ageMs > oldestMs) return reading ?? begin();
      if (ageMs > freshMs && reading === null) begin();
      return last.value;
    },
    forget() {
      last = null;
      reading = null;
    },
  };
}
