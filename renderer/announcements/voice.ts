/** The platform's voices. They may be missing, and they may never say that they are done. */
import type { Language } from '../../shared/snapshot.ts';

/** A sentence takes some six seconds; a voice that is silent for so long hangs. */
export const UTTERANCE_LIMIT_MS = 15_000;
/** A little slower than read: it is heard across a crowd. */
const RATE = 0.95;

/** Chromium forgets to tell the end of an utterance that nothing refers to. */
const unfinished = new Set<SpeechSynthesisUtterance>();

/** Null where the machine cannot speak at all. */
export function synthesis(): SpeechSynthesis | null {
  return (window as { readonly speechSynthesis?: SpeechSynthesis }).speechSynthesis ?? null;
}

/** A voice that can speak this language, one of this machine first: others need a network. Null: none. */
export function voiceFor(language: Language): SpeechSynthesisVoice | null {
  try {
    const voices = (synthesis()?.getVoices() ?? []).filter(({ lang }) => lang.toLowerCase().split(/[-_]/)[0] === language);
    return voices.find(({ localService, default: isDefault }) => localService && isDefault) ?? voices.find(({ localService }) => localService) ?? voices[0] ?? null;
  } catch {
    return null;
  }
}

/** Resolves when the sentence was spoken, was broken off, failed or took too long; at once without a voice. `volume` in percent. */
export function speak(text: string, language: Language, volume: number, signal: AbortSignal): Promise<void> {
  const voice = voiceFor(language);
  const synth = synthesis();
  if (voice === null || synth === null || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const utterance = new SpeechSynthesisUtterance(text);
    const done = (): void => {
      clearTimeout(limit);
      unfinished.delete(utterance);
      resolve();
    };
    const breakOff = (): void => {
      // A voice that hangs may hang here, too: whoever waits goes on first.
      done();
      synth.cancel();
    };
    const limit = setTimeout(breakOff, UTTERANCE_LIMIT_MS);
    signal.addEventListener('abort', breakOff, { once: true });
    unfinished.add(utterance);
    try {
      Object.assign(utterance, { voice, lang: voice.lang, rate: RATE, volume: volume / 100, onend: done, onerror: done });
      // Left over from a sentence that was never finished, it would keep this one waiting.
      if (synth.speaking || synth.pending) synth.cancel();
      synth.speak(utterance);
    } catch {
      done();
    }
  });
}
