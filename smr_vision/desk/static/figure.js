// Landmarks and zones over the clip: fetched in stretches of half a minute, drawn for the picture that is shown.
const STRETCH = 30;
const NEAR = 0.5; // between moments measured further apart no zone is drawn
const BONES = [[11, 12], [11, 23], [12, 24], [23, 24], [11, 13], [13, 15], [12, 14], [14, 16], [23, 25], [25, 27], [27, 31], [24, 26], [26, 28], [28, 32]];
const CORNERS = [[23, 25, 27], [24, 26, 28], [11, 23, 25], [12, 24, 26]];
const SEEN = 100; // of 255

export class Figure {
  constructor(session) {
    this.session = session;
    this.stretches = new Map();
    this.zones = new Map();
    this.slowed = 1;
  }

  stretch(t) {
    return this.part(this.stretches, "landmarks", t, async (answer) => this.read(await answer.arrayBuffer()));
  }

  // What is kept of the stretch that a time lies in; asked for where it isn't there yet.
  part(kept, what, t, read) {
    const from = Math.floor(Math.max(t, 0) / STRETCH) * STRETCH;
    if (!kept.has(from)) {
      kept.set(from, null);
      fetch(`/api/sessions/${this.session}/${what}?from=${from}`).then(async (answer) => {
        if (answer.ok) kept.set(from, await read(answer));
        this.changed?.();
      }).catch(() => kept.delete(from));
    }
    return kept.get(from);
  }

  // Sets were corrected: their zones lie elsewhere.
  corrected(sets) {
    const told = JSON.stringify(sets.map((s) => [s.start_s, s.end_s, s.move, s.side]));
    if (told !== this.told) this.zones = new Map();
    this.told = told;
  }

  // The bands of the zone at a time: a colour and corners each, between those of the moments measured before and after.
  bands(t) {
    const { t: times, bands } = this.part(this.zones, "zones", t, (answer) => answer.json()) ?? {};
    if (!times?.length) return [];
    const next = times.findIndex((one) => one > t);
    const [a, b] = [next < 0 ? times.length - 1 : next - 1, next < 0 ? times.length - 1 : next];
    if (a < 0 || t - times[a] > NEAR || times[b] - times[a] > NEAR || bands[a].length !== bands[b].length) return [];
    const share = b > a ? (t - times[a]) / (times[b] - times[a]) : 0;
    return bands[a].map(([colour, from], i) => [colour, from.map((v, k) => v + share * (bands[b][i][1][k] - v))]);
  }

  read(data) {
    const [n, m] = new Uint32Array(data, 0, 2);
    this.slowed = new Float32Array(data, 8, 1)[0];
    let at = 12;
    const take = (Kind, count) => {
      const found = new Kind(data, at, count);
      at += count * Kind.BYTES_PER_ELEMENT;
      return found;
    };
    const [t, xy, seen] = [take(Float32Array, n), take(Int16Array, n * m * 2), take(Uint8Array, n * m)];
    at += (4 - (at % 4)) % 4;
    return { n, m, t, xy, seen, tool: take(Float32Array, n * 5) };
  }

  // The place of the picture that is shown at a time, in its stretch.
  place(stretch, t) {
    let [low, high] = [0, stretch.n];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (stretch.t[middle] <= t + 1e-4) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  }

  // The own time of a picture so many on from the one shown, and how long it is shown; null where it is not known yet.
  picture(t, steps = 0) {
    const stretch = this.stretch(t);
    if (!stretch?.n) return null;
    const i = this.place(stretch, t) + steps;
    if (i < 0 || i >= stretch.n) return null;
    const gap = i + 1 < stretch.n ? stretch.t[i + 1] - stretch.t[i] : stretch.t[i] - stretch.t[Math.max(i - 1, 0)];
    return { t: stretch.t[i], gap: gap > 0 && gap < 1 ? gap : 1 / 30 };
  }

  draw(canvas, t, size, layers, colours) {
    const pen = canvas.getContext("2d");
    const ratio = devicePixelRatio || 1;
    const { clientWidth: wide, clientHeight: high } = canvas;
    if (canvas.width !== Math.round(wide * ratio)) canvas.width = Math.round(wide * ratio);
    if (canvas.height !== Math.round(high * ratio)) canvas.height = Math.round(high * ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, wide, high);
    const stretch = this.stretch(t);
    if (!stretch?.n) return;
    const i = this.place(stretch, t);
    const scale = Math.min(wide / size[0], high / size[1]);
    const [left, top] = [(wide - size[0] * scale) / 2, (high - size[1] * scale) / 2];
    const at = (k) => {
      const j = i * stretch.m + k;
      return stretch.xy[2 * j] === -32768 || stretch.seen[j] < SEEN ? null : [left + stretch.xy[2 * j] * scale, top + stretch.xy[2 * j + 1] * scale];
    };
    const line = (points, colour, width) => {
      pen.lineCap = pen.lineJoin = "round";
      for (const [style, more] of [["rgb(0 0 0 / .55)", 2.5], [colour, 0]]) {
        pen.strokeStyle = style;
        pen.lineWidth = width + more;
        pen.beginPath();
        points.forEach((p, k) => (k ? pen.lineTo(...p) : pen.moveTo(...p)));
        pen.stroke();
      }
    };
    const place = (x, y) => [left + x * scale, top + y * scale];
    if (layers.zone) this.zone(this.bands(t), place, pen, colours);
    if (layers.tool) this.tool(stretch, i, place, scale, line, pen, colours);
    if (layers.skeleton) {
      for (const [a, b] of BONES) {
        const ends = [at(a), at(b)];
        if (ends[0] && ends[1]) line(ends, a % 2 ? colours.left : colours.right, 3);
      }
    }
    if (layers.angles) this.angles(at, pen, colours);
  }

  // Green with a white edge, which is seen on cloth of the same colour, amber with a broken one: not by colour alone.
  zone(bands, place, pen, colours) {
    for (const [colour, corners] of bands) {
      pen.beginPath();
      for (let k = 0; k < corners.length; k += 2) pen[k ? "lineTo" : "moveTo"](...place(corners[k], corners[k + 1]));
      pen.closePath();
      pen.globalAlpha = 0.4;
      pen.fillStyle = colours[colour];
      pen.fill();
      pen.globalAlpha = 1;
      pen.setLineDash(colour === "green" ? [] : [4, 4]);
      for (const [style, width] of colour === "green" ? [["rgb(0 0 0 / .55)", 3.5], ["#fff", 1.5]] : [[colours.amber, 1.5]]) {
        pen.strokeStyle = style;
        pen.lineWidth = width;
        pen.stroke();
      }
    }
    pen.setLineDash([]);
  }

  tool(stretch, i, place, scale, line, pen, colours) {
    // The tool is looked for five times a second: what was seen last holds for a moment.
    for (let k = i; k >= 0 && stretch.t[i] - stretch.t[k] < 0.3; k--) {
      const [x, y, radius, farX, farY] = stretch.tool.subarray(5 * k, 5 * k + 5);
      if (Number.isNaN(x)) continue;
      if (!Number.isNaN(farX)) line([place(x, y), place(farX, farY)], colours.amber, 3);
      pen.beginPath();
      pen.arc(...place(x, y), Math.max(radius * scale, 3), 0, 7);
      pen.strokeStyle = colours.amber;
      pen.lineWidth = 3;
      pen.stroke();
      return;
    }
  }

  angles(at, pen, colours) {
    const size = pen.canvas.clientWidth < 480 ? 11 : 13;
    pen.font = `600 ${size}px system-ui, sans-serif`;
    const written = []; // one number on another could be read as a third
    for (const [a, b, c] of CORNERS) {
      const [p, q, r] = [at(a), at(b), at(c)];
      if (!p || !q || !r) continue;
      const turn = Math.abs(Math.atan2(p[1] - q[1], p[0] - q[0]) - Math.atan2(r[1] - q[1], r[0] - q[0]));
      const degrees = Math.round((Math.min(turn, 2 * Math.PI - turn) * 180) / Math.PI);
      if (written.some(([x, y]) => Math.abs(x - q[0]) < 2.6 * size && Math.abs(y - q[1]) < size)) continue;
      written.push(q);
      pen.lineWidth = 4;
      pen.strokeStyle = "rgb(0 0 0 / .7)";
      pen.strokeText(`${degrees}°`, q[0] + 9, q[1] - 7);
      pen.fillStyle = colours.label;
      pen.fillText(`${degrees}°`, q[0] + 9, q[1] - 7);
    }
  }
}
