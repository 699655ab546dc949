/** Two soft notes, made here: they turn heads before a name is spoken. */

/** Hz, and when each begins, in seconds. */
const NOTES = [
  { pitch: 659.25, at: 0 },
  { pitch: 523.25, at: 0.26 },
] as const;
const NOTE_S = 0.9;
const ATTACK_S = 0.015;
/** Of full scale: a name that follows must not be quieter than its chime. */
const LOUDEST = 0.5;
const SILENT = 0.0001;
/** The voice begins while the second note fades. */
const HEARD_MS = 850;
/** A sound device may be slow to wake. */
const WAKE_MS = 500;

let context: AudioContext | null = null;

/** Resolves when the chime was heard; at once where the machine has no sound. `volume` in percent. */
export async function chime(volume: number, signal: AbortSignal): Promise<void> {
  try {
    const audio = await awake();
    if (audio === null || signal.aborted) return;
    const out = audio.createGain();
    // Loudness is heard by powers: half of it is much less than half the amplitude.
    out.gain.value = LOUDEST * (volume / 100) ** 2;
    out.connect(audio.destination);
    for (const note of NOTES) play(audio, out, note.pitch, audio.currentTime + note.at);
    await pause(HEARD_MS, signal);
    if (signal.aborted) out.disconnect();
  } catch {
    // A sound device that goes away takes the chime with it; the voice may still be there.
  }
}

function play(audio: AudioContext, out: AudioNode, pitch: number, at: number): void {
  const tone = audio.createOscillator();
  const shape = audio.createGain();
  tone.frequency.value = pitch;
  shape.gain.setValueAtTime(SILENT, at);
  shape.gain.exponentialRampToValueAtTime(1, at + ATTACK_S);
  shape.gain.exponentialRampToValueAtTime(SILENT, at + NOTE_S);
  tone.connect(shape).connect(out);
  tone.start(at);
  tone.stop(at + NOTE_S);
}

/** Null where there is no sound: notes kept for a sleeping device would all be heard at once when it wakes. */
async function awake(): Promise<AudioContext | null> {
  context ??= new AudioContext();
  if (context.state !== 'running') await Promise.race([context.resume(), pause(WAKE_MS)]);
  return context.state === 'running' ? context : null;
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => resolve());
  });
}
