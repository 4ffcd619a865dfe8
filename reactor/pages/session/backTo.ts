/** Where a visitor goes on: a path of this site and nothing else, whoever wrote the link. */
export function backTo(wanted: string | undefined): string {
  const home = "http://kustodia.invalid";
  if (wanted === undefined || !wanted.startsWith("/") || !URL.canParse(wanted, home)) return "/";
  const url = new URL(wanted, home);
  return url.origin === home ? `${url.pathname}${url.search}` : "/";
}
