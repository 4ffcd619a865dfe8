/** Who paid, as far as the bank told it: the buyer of the payment, somebody of another name, or it told none. */
export type PayerReading = "buyer" | "another" | "untold";

/**
 * The longest name that a SPEI carries, in characters (Banco de México's rules of SPEI, "nombre del ordenante"): a longer one
 * arrives cut off, in the middle of a word or after a space.
 */
const LONGEST_TOLD = 40;
/** Words that banks write or leave out as they like, and the abbreviations of companies' forms, which differ as much. */
const UNTOLD_WORDS: ReadonlySet<string> = new Set("DE DEL LA LAS LOS EL Y E SA SAPI CV RL S C SC AC SAS".split(" "));

/**
 * Whether a SPEI's sender is the buyer, by name. Accents, case, punctuation and the order of words do not count, nor do
 * particles and companies' forms; a name as long as a SPEI's longest may be the beginning of the buyer's. Nothing else is
 * forgiven: a part of a name may be anybody's.
 * @param told by the bank; null where it told none.
 */
export function readPayer(told: string | null, buyer: string): PayerReading {
  const toldWords = wordsOf(told ?? "");
  if (toldWords.length === 0) return "untold";
  const buyerWords = wordsOf(buyer);
  if (isSame(toldWords, buyerWords)) return "buyer";
  // The space before which it was cut off is not told.
  const mayBeCut = (told ?? "").trimEnd().length >= LONGEST_TOLD - 1;
  return mayBeCut && isCutFrom(toldWords, buyerWords) ? "buyer" : "another";
}

function wordsOf(name: string): readonly string[] {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toUpperCase();
  // "S.A." is one word; what else is no letter and no digit parts two.
  const words = plain.replace(/[.'’]/g, "").split(/[^\p{L}\p{N}]+/u);
  return words.filter((word) => word !== "" && !UNTOLD_WORDS.has(word));
}

const isSame = (some: readonly string[], others: readonly string[]) =>
  [...some].sort().join(" ") === [...others].sort().join(" ");

/** All words but the last are the buyer's, and the last is one of the rest of the buyer's, or the beginning of one. */
function isCutFrom(told: readonly string[], buyer: readonly string[]): boolean {
  const left = [...buyer];
  for (const word of told.slice(0, -1)) {
    const index = left.indexOf(word);
    if (index < 0) return false;
    left.splice(index, 1);
  }
  const last = told.at(-1) ?? "";
  return left.some((word) => word.startsWith(last));
}
