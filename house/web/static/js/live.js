/* Live updates: parts of a page that come anew by themselves. Without this file a page is whole and stands still.
 *
 * A part has an id and names the topics that concern it: <section id="talk" data-live="talk:7">; "talk:*" means any
 * talk. When one is heard, the part is taken anew from its own page, or from data-from. One tab of a browser holds
 * the stream and tells the others. Who has heard nothing for a while looks every 20 seconds.
 */
const LOOK = 20_000;
const SILENT = 45_000;
const between = new BroadcastChannel("live");
let heardAt = 0;
let signedIn = true;

/* Parts of the page */

const concerns = (part, topic) => part.dataset.live.split(" ").some((each) =>
  each === topic || (each.endsWith("*") && topic.startsWith(each.slice(0, -1))));

const partsFor = (topic) => [...document.querySelectorAll("[data-live]")].filter((part) =>
  topic === "hello" || concerns(part, topic));

const busy = new Map(); // address → whether it must be fetched once more
const missed = new Set(); // topics heard while nobody looked

async function renew(address) {
  if (busy.has(address)) { busy.set(address, true); return; }
  busy.set(address, false);
  try {
    const answer = await fetch(address, { headers: { "X-Live": "1" } });
    if (answer.redirected && new URL(answer.url).pathname.startsWith("/accounts/")) signedIn = false;
    else if (answer.ok) place(address, new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { /* offline: the next look will find it */ }
  const again = busy.get(address);
  busy.delete(address);
  if (again) renew(address);
}

function place(address, fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if ((part.dataset.from ?? location.href) === address && next) exchange(part, next);
  }
  if (address === location.href) document.body.className = fresh.body.className;
}

/* What is the same at the beginning stays, so that a screen reader hears only what was added. Where somebody is
 * writing or choosing, nothing is taken away. */
function exchange(part, next) {
  const old = [...part.childNodes];
  const fresh = [...next.childNodes];
  let same = 0;
  while (same < old.length && same < fresh.length && old[same].isEqualNode(fresh[same])) same += 1;
  const gone = old.slice(same);
  if (gone.some((each) => each.contains(document.activeElement))) return;
  gone.forEach((each) => each.remove());
  part.append(...fresh.slice(same));
  for (const { name, value } of next.attributes) part.setAttribute(name, value);
  globalThis.htmx?.process(part);
}

function show(topic) {
  if (topic.startsWith("typing:")) { showTyping(topic); return; }
  if (document.hidden) { missed.add(topic); return; }
  for (const address of new Set(partsFor(topic).map((part) => part.dataset.from ?? location.href))) renew(address);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const topic of missed) show(topic);
  missed.clear();
});

/* Typing */

function showTyping(topic) {
  const sign = document.querySelector(`[data-typing="${CSS.escape(topic)}"]`);
  if (!sign) return;
  sign.hidden = false;
  clearTimeout(sign.timer);
  sign.timer = setTimeout(() => { sign.hidden = true; }, 5000);
}

let typedAt = 0;
document.addEventListener("input", ({ target }) => {
  const address = target.dataset?.tells;
  if (!address || Date.now() - typedAt < 3000 || !target.value) return;
  typedAt = Date.now();
  const token = target.form.elements.csrfmiddlewaretoken.value;
  fetch(address, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => {});
});

/* The stream */

function hear(topic) {
  heardAt = Date.now();
  if (topic !== "beat") show(topic);
}

between.onmessage = ({ data }) => hear(data);

const streamed = (address) => new Promise((closed) => {
  const stream = new EventSource(address, { withCredentials: true });
  stream.onmessage = ({ data }) => { between.postMessage(data); hear(data); };
  stream.onerror = () => { if (stream.readyState === EventSource.CLOSED) closed(); };
});

const pause = (time) => new Promise((done) => { setTimeout(done, time); });

async function listen(address) {
  while (signedIn) {
    await navigator.locks.request("live", () => streamed(address));
    await pause(LOOK);
  }
}

const address = document.body.dataset.stream;
if (address.startsWith("http") && navigator.locks) listen(address);
setInterval(() => { if (signedIn && Date.now() - heardAt > SILENT) show("hello"); }, LOOK);
