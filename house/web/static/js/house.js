/* Small behaviours on top of pages that work without them. */

// A form with [data-auto] sends itself when a choice changes.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form) form.requestSubmit();
});

// Buttons of a quantity field.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const input = button.closest(".quantity").querySelector("input");
  const next = Number(input.value || 0) + Number(button.dataset.step);
  input.value = Math.min(Number(input.max), Math.max(Number(input.min), next));
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// Counters of text fields.
document.addEventListener("input", (event) => {
  const counter = event.target.id && document.querySelector(`[data-counts="${CSS.escape(event.target.id)}"]`);
  if (counter) counter.textContent = `${event.target.value.length}/${event.target.maxLength}`;
});

// A quick response goes to where the cursor is.
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-insert]");
  const field = chosen && document.querySelector(".composer textarea");
  if (!field) return;
  event.preventDefault();
  field.setRangeText(chosen.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  chosen.closest("details").open = false;
  field.focus();
});

// Copying and sharing a link.
document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    copy.querySelector("[data-label]").textContent = copy.dataset.done;
  }
  const share = event.target.closest("[data-share]");
  if (share && navigator.share) {
    event.preventDefault();
    navigator.share({ title: share.dataset.title, url: share.dataset.share }).catch(() => {});
  }
});

// A form is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.sent) {
    if (form.dataset.sent) event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 8000);
});

// Files can be dropped on their field.
for (const zone of document.querySelectorAll(".file-drop")) {
  const input = zone.querySelector("input[type=file]");
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// In a row of steps or tabs that scrolls, the current one is seen.
for (const here of document.querySelectorAll(":is(.stepper, .tabs, .staff-nav) [aria-current]")) {
  const row = here.closest(".stepper, .tabs, .staff-nav .page");
  if (row) row.scrollLeft += here.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - here.offsetWidth) / 2;
}

// What is wrong is read first.
document.querySelector(".error-summary")?.focus();

// A page that waits for something, [data-watch] seconds at a time: it is loaded anew only when it has come.
const waiting = document.querySelector("[data-watch]");
if (waiting) setInterval(async () => {
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.ok && !(await answer.text()).includes("data-watch")) location.reload();
}, waiting.dataset.watch * 1000);

// Printing.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
