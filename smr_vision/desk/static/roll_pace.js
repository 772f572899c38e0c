// How many pictures are sent, and what to say where they are few: late ones are left out, so that no answer is behind.
// Times in milliseconds, all given: no clock of its own.
const STEP_MS = 100; // the first picture of each tenth of a second, as in a clip,
const FILMED_MS = 50; // of each twentieth where the video is kept,
const ALL_FROM_MS = 64.5; // and all of a camera that gives fifteen a second or fewer (video/sampling)
const LATE_MS = 1000; // an answer that takes longer is not waited for
const UNDER_WAY = 2; // one is looked at, the next is on its way,
const LONG_MS = 250; // unless answers take longer: then the next would only grow old
const OVER_MS = 5000; // a rate is that of so long
const SETTLES_MS = 6000; // the models are loaded, the first pictures are slow
const SLOW = 8; // answers a second: fewer are told

export class Pace {
  constructor(filmed = false) {
    Object.assign(this, { step: filmed ? FILMED_MS : STEP_MS, slot: undefined, before: undefined, gap: 0, sent: [], pictures: [], answers: [], took: 0, began: undefined });
  }

  // The camera has a picture that can't be sent.
  seen(now) {
    this.pictures.push(now);
  }

  // The camera has a picture of the moment `at`: whether it is sent.
  takes(at, now) {
    this.seen(now);
    if (this.before !== undefined) this.gap += 0.1 * (Math.min(Math.max(at - this.before, 0), LATE_MS) - this.gap);
    this.before = at;
    const slot = Math.floor(at / this.step);
    const due = slot !== this.slot || this.gap > ALL_FROM_MS;
    const most = this.took > LONG_MS ? 1 : UNDER_WAY;
    if (!due || this.sent.filter((one) => now - one < LATE_MS).length >= most) return false;
    this.slot = slot;
    return true;
  }

  sends(at) {
    this.sent.push(at);
  }

  // There is an answer to the picture of the moment `at`.
  heard(at, now) {
    this.began ??= now;
    this.answers.push(now);
    this.took = now - at;
    this.sent = this.sent.filter((one) => one > at + 0.5);
  }

  // What to say of the rate: nothing where it is as it should be.
  told(now) {
    for (const name of ["pictures", "answers"]) this[name] = this[name].filter((one) => now - one < OVER_MS);
    const [pictures, answers] = [this.pictures, this.answers].map((times) => times.length / (OVER_MS / 1000));
    if (!answers || answers >= SLOW || now - this.began < SETTLES_MS) return "";
    const times = Math.max(1, Math.round(answers));
    const often = times === 1 ? "once a second" : `${times} times a second`;
    if (!this.pictures.length) return `I look ${often}: this camera or this computer is slow.`;
    return pictures < SLOW + 2 && answers > 0.8 * pictures ? `The camera gives few pictures: I look ${often}. More light may help.` : `This computer is busy: I look ${often}.`;
  }
}
