import { addressesOf } from "./addressesOf.ts";
import type { Outside } from "./postOnce.ts";

/**
 * Why no webhook may go to a URL, in words for operators; null when it may. It is asked when a person gives the URL, for
 * the person's sake; what holds is asked again at each delivery, since a name can change its mind.
 */
export async function refuseUrl(text: string, { resolve, mayReach }: Outside): Promise<string | null> {
  const url = new URL(text);
  const addresses = await addressesOf(url, resolve).catch(() => []);
  if (addresses.length === 0) return "el nombre no tiene dirección";
  const refused = addresses.find((address) => !mayReach(address, url.protocol));
  if (refused === undefined) return null;
  return url.protocol === "https:" ? `la dirección ${refused} no está permitida` : "debe ser https";
}
