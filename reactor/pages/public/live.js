// Keeps an open page true: now and then its parts are fetched anew. Without this file every page still works; it is then
// as old as its loading.

const main = document.querySelector("main[data-live]");
/** Ages ("hace 5 s") and heads change without an event. */
const LOOK_ANYWAY_MS = 10_000;

async function look() {
  if (document.hidden) return;
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  if (response.redirected) return location.reload();
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of main.querySelectorAll("section[id]")) {
    // What somebody is writing in, or reading with a pointer of theirs, is left to them.
    const inUse = part.contains(document.activeElement) || part.querySelector("details[open]") !== null;
    const other = fresh.getElementById(part.id);
    if (!inUse && other !== null && other.outerHTML !== part.outerHTML) part.replaceWith(document.adoptNode(other));
  }
}

/** What failed now is looked at again soon. */
const lookAndForgive = () => look().catch(() => undefined);
setInterval(lookAndForgive, LOOK_ANYWAY_MS);
document.addEventListener("visibilitychange", lookAndForgive);
