export type Settings = Readonly<{
  /** How long one load lasts, s. */
  seconds: number;
  /** As small as it can be: so its test runs it, and what it measures means nothing. */
  tiny: boolean;
  say: (line: string) => void;
}>;

export type Measured = Readonly<{
  /** What was set: sizes, counts, pauses. */
  settings: Readonly<Record<string, string | number>>;
  /** What programs read of it; a name ends with its unit (`p99Ms`). */
  figures: Readonly<Record<string, number>>;
  /** What a person reads beside them. */
  details: Readonly<Record<string, string | number>>;
  /** Long texts to be shown, by their titles: plans, profiles. */
  shown?: Readonly<Record<string, string>>;
  /** What must never be: an error, a duplicate, a centavo. The run ends with 1. */
  wrong: readonly string[];
  /** Targets that were not reached. They are told and fail nothing: the machine may be shared. */
  missed: readonly string[];
}>;

export type Bench = (settings: Settings) => Promise<Measured>;
