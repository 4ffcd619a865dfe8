/** Something that must not be, seen from outside. It pulls the kill switch once: after a lift the same one stays lifted. */
export type Finding = Readonly<{
  /** Its name for ever: what was seen, by the bank's or the chain's own id. */
  key: string;
  /** One Spanish sentence. It is shown to everybody, so no name and no CLABE is in it. */
  why: string;
}>;

/** A place that is looked at. `look` throws when it was not seen whole: then nothing is judged. */
export type Source = Readonly<{ name: string; look(): Promise<readonly Finding[]> }>;
