/** The camera as a scanner: looks a few times a second, reports each text it sees, stops when told. */

import { drawn, reader } from "./qr.js";

const LOOK_EVERY_MS = 160;
const SIDE = 800;

/** Whether this page may ask for a camera at all: browsers offer it on HTTPS and on the own machine only. */
export const cameraPossible = () => Boolean(globalThis.isSecureContext && navigator.mediaDevices?.getUserMedia);

/** Whether the reader already allowed the camera here, so that opening it asks nothing. */
export async function cameraAllowed() {
  const answer = await navigator.permissions?.query({ name: "camera" }).catch(() => null);
  return answer?.state === "granted";
}

export class Camera {
  #stream = null;
  #timer = 0;
  #canvas = document.createElement("canvas");
  paused = false;

  constructor(video, onText) {
    Object.assign(this, { video, onText });
  }

  get on() {
    return this.#stream !== null;
  }

  /** Ask for the rear camera and begin to look. Throws what getUserMedia throws, or `NoReader`. */
  async start() {
    const read = await reader();
    const wish = { video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 1280 } }, audio: false };
    this.#stream = await navigator.mediaDevices.getUserMedia(wish);
    this.video.srcObject = this.#stream;
    await this.video.play();
    this.#look(read);
  }

  stop() {
    clearTimeout(this.#timer);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.video.srcObject = null;
  }

  async #look(read) {
    const { videoWidth, videoHeight } = this.video;
    if (!this.paused && videoWidth) {
      const text = await read(drawn(this.#canvas, this.video, videoWidth, videoHeight, SIDE)).catch(() => null);
      if (text && this.on && !this.paused) this.onText(text);
    }
    if (this.on) this.#timer = setTimeout(() => this.#look(read), LOOK_EVERY_MS);
  }
}
