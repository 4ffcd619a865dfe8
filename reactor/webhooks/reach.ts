import { BlockList, isIP } from "node:net";

/** Networks that are nobody's own or nobody's at all (IANA's special-purpose registry, RFC 6890 and after). */
const SPECIAL_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
];
/** Of IPv6 only what is routed for everybody is public, and of that not what stands for an IPv4 address. */
const PUBLIC_IPV6 = "2000::/3";
const SPECIAL_IPV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

const special = networks([...SPECIAL_IPV4, ...SPECIAL_IPV6]);
const routed = networks([PUBLIC_IPV6]);

/**
 * Tells whether a webhook may go to an address.
 * @param allowed networks that were configured, such as `10.1.2.0/24`: there, and only there, plain http too.
 * @throws Error for an entry that is no network.
 */
export function reachOf(allowed: readonly string[]): (address: string, protocol: string) => boolean {
  const configured = networks(allowed);
  return (address, protocol) => {
    const family = familyOf(address);
    if (family === null) return false;
    if (configured.check(address, family)) return true;
    if (protocol !== "https:" || special.check(address, family)) return false;
    return family === "ipv4" || routed.check(address, family);
  };
}

function networks(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix = ""] = entry.split("/");
    const family = familyOf(address);
    if (family === null || !/^\d{1,3}$/.test(prefix)) throw new Error(`«${entry}» no es una red. / is not a network.`);
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function familyOf(address: string): "ipv4" | "ipv6" | null {
  const version = isIP(address);
  return version === 0 ? null : version === 4 ? "ipv4" : "ipv6";
}
