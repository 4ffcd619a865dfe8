/** The code of an error, or of the first of its causes that has one, since drizzle wraps them: Postgres' own (its Appendix A) or the network's. Else empty. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return "code" in error && typeof error.code === "string" ? error.code : codeOf(error.cause);
}
