/** Postgres' own code of an error (its Appendix A), which drizzle wraps; empty for an error of somebody else's. */
export function sqlStateOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return "code" in error && typeof error.code === "string" ? error.code : sqlStateOf(error.cause);
}
