/** Tells a verdict to ear and hand: two rising notes for yes, one low for no, and a vibration that differs likewise. */

const NOTES = { green: [880, 1320], accepted: [880, 1320], yellow: [660, 660], red: [330, 220, 330], rejected: [220], unknown: [440, 330] };
const BUZZ = { green: [60], accepted: [60], yellow: [120, 80, 120], red: [300, 100, 300], rejected: [400], unknown: [80, 60, 80] };
const NOTE_S = 0.13;

let audio;

function note(frequency, start) {
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  tone.frequency.value = frequency;
  loudness.gain.setValueAtTime(0.2, start);
  loudness.gain.exponentialRampToValueAtTime(0.001, start + NOTE_S);
  tone.connect(loudness).connect(audio.destination);
  tone.start(start);
  tone.stop(start + NOTE_S);
}

/** Play and buzz for a tone, each only where wished and possible. */
export function signal(tone, { sound, vibration }) {
  if (vibration) navigator.vibrate?.(BUZZ[tone]);
  if (!sound || !globalThis.AudioContext) return;
  audio ??= new AudioContext();
  NOTES[tone].forEach((frequency, index) => note(frequency, audio.currentTime + index * NOTE_S));
}
