"use strict";
// Jumps in the annotated clip. Everything else on the page works without this.
(() => {
  const player = document.querySelector(".player");
  const video = player && player.querySelector("video");
  const stills = [...document.querySelectorAll("img[data-t]")];
  const plots = [...document.querySelectorAll("svg.plot")];
  let clip = Boolean(video);

  const clock = (t) => `${Math.floor(t / 60)}:${String(Math.floor(t % 60)).padStart(2, "0")}`;

  function placeCursors(t) {
    for (const plot of plots) {
      const { start, end, x0, x1 } = Object.fromEntries(Object.entries(plot.dataset).map(([k, v]) => [k, Number(v)]));
      const inside = t >= start && t <= end;
      const x = (x0 + ((t - start) / (end - start)) * (x1 - x0)) * plot.viewBox.baseVal.width;
      for (const end_ of ["x1", "x2"]) plot.querySelector(".cursor").setAttribute(end_, inside ? x : -9);
    }
  }

  // Without the clip, the nearest picture is the best answer there is to "show me that moment".
  function showStill(t) {
    if (!stills.length) return;
    const near = stills.reduce((a, b) => (Math.abs(b.dataset.t - t) < Math.abs(a.dataset.t - t) ? b : a));
    stills.forEach((s) => s.closest(".moment, .hero").classList.toggle("picked", s === near));
    near.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  function go(t) {
    placeCursors(t);
    if (!clip) return showStill(t);
    video.pause();
    video.currentTime = t;
    const now = player.querySelector(".now");
    now.hidden = false;
    now.textContent = `At ${clock(t)}`;
  }

  document.addEventListener("click", (event) => {
    const jump = event.target.closest("[data-t]");
    if (jump) {
      if (jump.matches("a")) event.preventDefault();
      return go(Number(jump.dataset.t));
    }
    const plot = event.target.closest("svg.plot");
    if (!plot) return;
    const { start, end, x0, x1 } = plot.dataset;
    const box = plot.getBoundingClientRect();
    const part = ((event.clientX - box.left) / box.width - x0) / (x1 - x0);
    go(Number(start) + Math.min(Math.max(part, 0), 1) * (end - start));
  });

  // The keyboard's way to any moment: a slider under the first plot of each set.
  for (const set of document.querySelectorAll(".set")) {
    const plot = set.querySelector("svg.plot");
    if (!plot) continue;
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: plot.dataset.start, max: plot.dataset.end, step: 0.1, value: plot.dataset.start });
    slider.className = "scrub";
    slider.setAttribute("aria-label", `Moment: ${plot.querySelector("title").textContent}`);
    slider.addEventListener("input", () => {
      slider.setAttribute("aria-valuetext", clock(Number(slider.value)));
      go(Number(slider.value));
    });
    plot.parentElement.append(slider);
  }

  if (video) {
    video.addEventListener("timeupdate", () => placeCursors(video.currentTime));
    video.addEventListener("error", () => {
      clip = false;
      player.hidden = true;
      document.querySelector(".with-clip").classList.remove("with-clip");
    });
    if (video.error) video.dispatchEvent(new Event("error"));
  }
  document.documentElement.classList.add("live");
})();
