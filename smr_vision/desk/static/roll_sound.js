// What is heard: short tones, and lines spoken by the browser's own voice. A line that waited too long is not said.
const TONES = {
  tick: [[1320], 0.035, 0.25], note: [[660], 0.12, 0.35], chime: [[784, 1047], 0.11, 0.3], warning: [[440, 440], 0.14, 0.6],
  opens: [[523], 0.08, 0.35], lit: [[988], 0.03, 0.25], taken: [[659, 988], 0.09, 0.4],
};

export const voices = () => window.speechSynthesis?.getVoices() ?? [];

export class Sound {
  constructor({ volume, rate, aloud }) {
    Object.assign(this, { volume, rate, aloud, muted: false, waiting: [], speaking: false, played: [] });
    this.context = new AudioContext();
    this.context.resume();
  }

  tone(name) {
    this.played.push(name);
    if (this.played.length > 50) this.played.shift();
    if (this.muted || !TONES[name]) return;
    const [pitches, long, loud] = TONES[name];
    pitches.forEach((pitch, k) => {
      const at = this.context.currentTime + k * long;
      const note = this.context.createOscillator();
      const gain = this.context.createGain();
      note.frequency.value = pitch;
      gain.gain.setValueAtTime(loud * this.volume, at);
      gain.gain.exponentialRampToValueAtTime(0.001, at + long);
      note.connect(gain).connect(this.context.destination);
      note.start(at);
      note.stop(at + long);
    });
  }

  say(line) {
    if (line.sound) this.tone(line.sound);
    if (!this.aloud || this.muted || !voices().length) return;
    const entry = { ...line, until: performance.now() + 1000 * line.good_s };
    if (line.kind === "cue") {
      this.waiting = [entry, ...this.waiting.filter((one) => one.kind !== "cue")];
      speechSynthesis.cancel();
      this.speaking = false;
    } else this.waiting.push(entry);
    this.next();
  }

  next() {
    if (this.speaking) return;
    const line = this.waiting.shift();
    if (!line) return;
    if (performance.now() > line.until) return void this.next();
    const words = new SpeechSynthesisUtterance(line.say);
    Object.assign(words, { volume: this.volume, rate: this.rate, lang: "en" });
    words.onend = words.onerror = () => {
      if (this.words !== words) return;
      this.speaking = false;
      this.next();
    };
    this.words = words;
    this.speaking = true;
    speechSynthesis.speak(words);
  }

  mute(muted) {
    this.muted = muted;
    if (muted) {
      this.waiting = [];
      this.speaking = false;
      window.speechSynthesis?.cancel();
    }
  }

  close() {
    // What is being said may be said to its end.
    setTimeout(() => this.context.close(), 2000);
  }
}
