/** Draws by name: the same seed and the same names give the same number, whatever else was drawn before or beside it. */
export type Chance = Readonly<{
  /** In [0, 1). */
  of(...names: readonly (string | number)[]): number;
  /** True in `rate` of the cases. */
  hits(rate: number, ...names: readonly (string | number)[]): boolean;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number, ...names: readonly (string | number)[]): number;
}>;

/** FNV-1a over the names, then murmur3's last mixing, so that near names give far numbers. */
export function createChance(seed: string): Chance {
  const of: Chance["of"] = (...names) => {
    const text = `${seed}|${names.join("|")}`;
    let hash = 0x811c9dc5;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
  };
  return {
    of,
    hits: (rate, ...names) => of(...names) < rate,
    between: (least, most, ...names) => least + Math.floor(of(...names) * (most - least + 1)),
  };
}
