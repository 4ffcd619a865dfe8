// Keeps an open page true: at each event that concerns it, and now and then besides, its parts are fetched anew. Without
// this file every page still works; it is then as old as its loading.

const main = document.querySelector("main[data-live]");
const SHORTEST_PAUSE_MS = 1_000;
/** Ages and heads change without an event. */
const LOOK_ANYWAY_MS = 10_000;

let lookedAtMs = 0;
let planned;

function lookSoon() {
  if (planned !== undefined) return;
  planned = setTimeout(look, Math.max(0, lookedAtMs + SHORTEST_PAUSE_MS - Date.now()));
}

async function look() {
  planned = undefined;
  lookedAtMs = Date.now();
  if (document.hidden) return;
  let response;
  try {
    response = await fetch(location.href, { headers: { accept: "text/html" } });
  } catch {
    // The server is away: the next look tries again.
    return;
  }
  if (response.redirected) return location.reload();
  if (response.ok) exchange(new DOMParser().parseFromString(await response.text(), "text/html"));
}

function exchange(fresh) {
  for (const part of main.querySelectorAll("section[id]")) {
    // What somebody is writing in, or has opened to read, is left to them.
    const inUse = part.contains(document.activeElement) || part.querySelector("details[open]") !== null;
    const other = fresh.getElementById(part.id);
    if (!inUse && other !== null) part.replaceWith(document.adoptNode(other));
  }
}

// The browser opens it again by itself, and says which event it heard last.
new EventSource(main.dataset.live).addEventListener("message", lookSoon);
setInterval(lookSoon, LOOK_ANYWAY_MS);
document.addEventListener("visibilitychange", lookSoon);
