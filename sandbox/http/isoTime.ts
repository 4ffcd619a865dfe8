/** ISO 8601 in UTC with nine decimals, as Juno writes its times. Takes unix ms. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000000Z");
}
