import { en } from "./en.ts";
import { es, type PageWords } from "./es.ts";

export type Language = "es" | "en";

/** All that the pages say, in each language. */
export const pageWords: Readonly<Record<Language, PageWords>> = { es, en };

export const isLanguage = (text: string | undefined): text is Language => text === "es" || text === "en";
