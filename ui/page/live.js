// Draws HTML that the server wrote, and tells it of clicks on what has data-act. Where data-pick
// stands, choices are kept here, in the browser, until a button with data-picked sends them.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".os-live");
  root.tabIndex = -1;
  if (root.osHtml !== data.html) {
    const focused = root.contains(document.activeElement) && document.activeElement;
    const unfolded = [...root.querySelectorAll("details[open]")].map((each) => each.id);
    root.innerHTML = root.osHtml = data.html;
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
    // What was focused may be gone; focus that falls out of a dialog would leave Escape unheard.
    if (focused) (document.getElementById(focused.id) ?? root).focus({ preventScroll: true });
  }
  const picks = () => [...root.querySelectorAll("[data-pick]:checked")];
  const showPicks = () => {
    const bar = root.querySelector("[data-picks]");
    if (!bar) return;
    const chosen = picks();
    const most = Number(bar.dataset.picks);
    bar.hidden = chosen.length === 0;
    bar.querySelector("[data-count]").textContent = chosen.length;
    bar.querySelector("[data-picked]").disabled = chosen.length < 2;
    for (const box of root.querySelectorAll("[data-pick]")) {
      box.disabled = !box.checked && chosen.length >= most;
    }
  };
  root.onchange = showPicks;
  root.onkeydown = (event) => {
    if (event.key === "Escape") document.activeElement?.blur();
  };
  root.onclick = (event) => {
    const acting = event.target.closest("button[data-act], g[data-act]");
    if (!acting || acting.disabled || acting.getAttribute("aria-disabled") === "true") return;
    const told = { ...acting.dataset };
    if ("picked" in told) told.ids = picks().map((box) => box.dataset.pick).join(" ");
    if (told.act === "unpick") {
      for (const box of picks()) box.checked = false;
      showPicks();
    } else {
      setTriggerValue("act", told);
    }
  };
  root.onsubmit = (event) => {
    event.preventDefault();
    setTriggerValue("act", { ...event.target.dataset, ...Object.fromEntries(new FormData(event.target)) });
  };
  showPicks();
}
