/**
 * What a person who starts the system can cause and can mend: a taken port, a missing binary, a closed folder.
 * `message` is two sentences, Spanish first, each saying what happened and what to do; no stack trace is needed to read it.
 */
export class StackError extends Error {
  override readonly name = "StackError";

  constructor(sentence: { es: string; en: string }, options?: { cause?: unknown }) {
    super(`${sentence.es}\n${sentence.en}`, options);
  }
}
