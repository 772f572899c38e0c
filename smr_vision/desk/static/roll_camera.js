// The browser's cameras: which there are, their picture, and pictures of it as JPEG, the newest only.
const LOOKED_AT = 960; // pixels on the long side: what the coach looks at
const STEP_MS = 90; // ten a second
const FILMED_MS = 45; // and twenty where the video is kept
const LATE_MS = 1000; // an answer that takes longer is not waited for

export async function cameras() {
  const found = await navigator.mediaDevices?.enumerateDevices() ?? [];
  return found.filter((one) => one.kind === "videoinput");
}

export async function open(id) {
  const wanted = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
  if (!navigator.mediaDevices) throw new Error("This browser gives pages no camera. Open the desk in another one.");
  try {
    return await navigator.mediaDevices.getUserMedia({ video: id ? { ...wanted, deviceId: { exact: id } } : wanted });
  } catch (error) {
    throw new Error(why(error.name));
  }
}

function why(name) {
  switch (name) {
    case "NotAllowedError": return "The camera is not allowed here. Click the camera sign beside the address, allow it, then press Look.";
    case "NotReadableError": case "AbortError": return "Another program uses the camera. Close that program, then press Look.";
    case "NotFoundError": case "OverconstrainedError": return "No camera is found. Plug one in, or use a phone by its address.";
    default: return "The camera does not start. Plug it in again, then press Look.";
  }
}

// Sends the pictures of a video as they come: at most two are under way, and none waits.
export class Sender {
  constructor(video, socket, filmed) {
    Object.assign(this, { video, socket, step: filmed ? FILMED_MS : STEP_MS, last: 0, answered: 0, sent: [], busy: false, stopped: false });
    this.canvas = new OffscreenCanvas(2, 2);
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.wait();
  }

  wait() {
    if (this.stopped) return;
    this.video.requestVideoFrameCallback((now, about) => {
      this.wait();
      this.take(about.captureTime ?? now);
    });
  }

  // The page has an answer to the picture of this moment.
  heard(at) {
    this.answered = at * 1000;
    this.sent = this.sent.filter((one) => one > this.answered + 0.5);
  }

  async take(at) {
    const now = performance.now();
    const under = this.sent.filter((one) => now - one < LATE_MS).length;
    if (this.busy || under >= 2 || at - this.last < this.step || this.socket.readyState !== WebSocket.OPEN || this.socket.bufferedAmount) return;
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth) return;
    this.busy = true;
    this.last = at;
    try {
      const scale = Math.min(1, LOOKED_AT / Math.max(videoWidth, videoHeight));
      const size = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
      if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) [this.canvas.width, this.canvas.height] = size;
      this.context.drawImage(this.video, 0, 0, ...size);
      const jpeg = await (await this.canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 })).arrayBuffer();
      const message = new Uint8Array(8 + jpeg.byteLength);
      new DataView(message.buffer).setFloat64(0, at / 1000);
      message.set(new Uint8Array(jpeg), 8);
      this.sent.push(at);
      if (this.socket.readyState === WebSocket.OPEN) this.socket.send(message);
    } finally {
      this.busy = false;
    }
  }

  stop() {
    this.stopped = true;
  }
}
