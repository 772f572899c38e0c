// What is heard: short tones, and lines spoken by the browser's own voice. A line that waited too long is not said.
// Pitches one after another, seconds of each, loudness. Those of `smr live` come with the page; an arm's list is here alone.
const OF_THE_LIST = { opens: [[523], 0.08, 0.2], lit: [[988], 0.03, 0.14], taken: [[659, 988], 0.09, 0.23] };
const LOUDER = 1.75; // than in a terminal: here tones fade faster

export const voices = () => window.speechSynthesis?.getVoices() ?? [];

export class Sound {
  // `voice`: "browser" speaks here, "computer" elsewhere, and "off" is silence, tones included.
  constructor({ volume, rate, voice, tones }) {
    Object.assign(this, { volume, rate, aloud: voice === "browser", off: voice === "off", muted: false, waiting: [], speaking: false, played: [] });
    this.tones = { ...tones, ...OF_THE_LIST };
    this.context = new AudioContext();
    this.context.resume();
  }

  tone(name) {
    if (this.off || this.muted) return;
    this.played.push(name);
    if (this.played.length > 50) this.played.shift();
    const [pitches, long, loud] = this.tones[name];
    pitches.forEach((pitch, k) => {
      const at = this.context.currentTime + k * long;
      const note = this.context.createOscillator();
      const gain = this.context.createGain();
      note.frequency.value = pitch;
      gain.gain.setValueAtTime(Math.min(1, LOUDER * loud * this.volume), at);
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
