import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";

export type Resolve = (hostname: string) => Promise<readonly string[]>;

/**
 * The addresses of a host, asked of the name servers, in both families.
 * Not `dns.lookup`: that one waits in the four threads which the whole process shares, so a slow name server of one
 * receiver would hold up everybody. Names of the hosts file are not known here, and should not be.
 * @throws Error when the name servers know none.
 */
export const resolveByDns: Resolve = async (hostname) => {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const found = [four, six].flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  if (found.length === 0 && four.status === "rejected") throw four.reason;
  return found;
};

/** The addresses that a URL's host stands for: itself, when it is one. */
export async function addressesOf(url: URL, resolve: Resolve): Promise<readonly string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return isIP(host) === 0 ? resolve(host) : [host];
}
