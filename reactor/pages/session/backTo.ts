/** Where a visitor goes on: a path of this site and nothing else, whoever wrote the link. */
export function backTo(wanted: string | undefined): string {
  const home = "http://kustodia.invalid";
  if (wanted === undefined || !wanted.startsWith("/") || !URL.canParse(wanted, home)) return "/";
  const url = new URL(wanted, home);
  const path = `${url.pathname}${url.search}`;
  // "/.//malo.mx" becomes "//malo.mx", which a browser takes for another site.
  return url.origin === home && !path.startsWith("//") ? path : "/";
}
