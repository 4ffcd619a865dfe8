/** What every program needs from the one who started us: where things are, the language, the way to the network. */
const PASSED_ON = ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "NODE_EXTRA_CA_CERTS", "HTTPS_PROXY", "NO_PROXY"];

/**
 * The environment of a child: the few variables above and what it is meant to know. The rest of ours is kept from it,
 * so that the signing key reaches only the program that signs.
 */
export function programEnvironment(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const passedOn = PASSED_ON.map((name) => [name, process.env[name]] as const);
  const known = [...passedOn, ...Object.entries(own)].filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(known);
}
