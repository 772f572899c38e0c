// The browser's cameras: which there are, their picture, and pictures of it as JPEG, the newest only.
const LOOKED_AT = 960; // pixels on the long side: what the coach looks at

export async function cameras() {
  const found = await navigator.mediaDevices?.enumerateDevices() ?? [];
  return found.filter((one) => one.kind === "videoinput");
}

export async function open(id) {
  const wanted = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
  if (!navigator.mediaDevices) throw new Error("This browser gives pages no camera. Open the desk in another one.");
  // Chrome and Edge 83, Safari 16.4, Firefox 132.
  if (!("requestVideoFrameCallback" in HTMLVideoElement.prototype && "OffscreenCanvas" in window)) throw new Error("This browser is too old to show me your camera. Use a newer one, or a camera by its address.");
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
  constructor(video, socket, pace) {
    Object.assign(this, { video, socket, pace, busy: false, stopped: false });
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

  async take(at) {
    const { videoWidth, videoHeight } = this.video;
    if (this.busy || !videoWidth || this.socket.readyState !== WebSocket.OPEN || this.socket.bufferedAmount) return void this.pace.seen(performance.now());
    if (!this.pace.takes(at, performance.now())) return;
    this.busy = true;
    try {
      const scale = Math.min(1, LOOKED_AT / Math.max(videoWidth, videoHeight));
      const size = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
      if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) [this.canvas.width, this.canvas.height] = size;
      this.context.drawImage(this.video, 0, 0, ...size);
      const jpeg = await (await this.canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 })).arrayBuffer();
      const message = new Uint8Array(8 + jpeg.byteLength);
      new DataView(message.buffer).setFloat64(0, at / 1000);
      message.set(new Uint8Array(jpeg), 8);
      this.pace.sends(at);
      if (this.socket.readyState === WebSocket.OPEN) this.socket.send(message);
    } finally {
      this.busy = false;
    }
  }

  stop() {
    this.stopped = true;
  }
}
