/** Voices and loudspeakers for renderer tests: a browser without a screen has neither. What is spoken ends when the test says so. */
import type { Page } from 'playwright-core';

interface FakeSound {
  /** Chimes and sentences in the order in which they began; a sentence that was broken off is followed by "-". */
  readonly heard: string[];
  readonly volumes: number[];
  /** How often the page asked for voices. */
  asked: number;
  /** Of the sentence being spoken. */
  end(): void;
}

declare global {
  interface Window {
    readonly fakeSound: FakeSound;
  }
}

interface Abilities {
  readonly voices: readonly string[];
  readonly synthesis: boolean;
  /** false: none. failing: there, and gone at the first note. */
  readonly speakers: boolean | 'failing';
}

/** Runs inside the page, before its own scripts. It must not use anything from this module's scope. */
function install({ voices, synthesis, speakers }: Abilities): void {
  interface Utterance {
    readonly text: string;
    volume: number;
    lang: string;
    onend?: () => void;
    onerror?: () => void;
  }
  let current: Utterance | null = null;
  const control: FakeSound = {
    heard: [],
    volumes: [],
    asked: 0,
    end() {
      const ended = current;
      current = null;
      ended?.onend?.();
    },
  };
  class FakeUtterance {
    readonly text: string;
    volume = 1;
    lang = '';
    constructor(text: string) {
      this.text = text;
    }
  }
  const fake = {
    get speaking() {
      return current !== null;
    },
    pending: false,
    getVoices() {
      control.asked += 1;
      return voices.map((lang) => ({ lang, localService: true, default: false }));
    },
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    speak(utterance: Utterance) {
      current = utterance;
      control.heard.push(`${utterance.lang}: ${utterance.text}`);
      control.volumes.push(utterance.volume);
    },
    cancel() {
      if (current === null) return;
      control.heard.push('-');
      const broken = current;
      current = null;
      broken.onerror?.();
    },
  };
  class FakeAudio {
    readonly state = speakers === false ? 'suspended' : 'running';
    readonly currentTime = 0;
    readonly destination = {};
    #notes = 0;
    resume = () => new Promise(() => undefined);
    createGain = () => {
      if (speakers === 'failing') throw new Error('The device is gone.');
      return { gain: { value: 0, setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined }, connect: (next: unknown) => next, disconnect: () => undefined };
    };
    createOscillator = () => ({
      frequency: { value: 0 },
      connect: (next: unknown) => next,
      start: () => {
        this.#notes += 1;
        if (this.#notes % 2 === 1) control.heard.push('chime');
      },
      stop: () => undefined,
    });
  }
  Object.assign(window, { fakeSound: control, AudioContext: FakeAudio, SpeechSynthesisUtterance: FakeUtterance });
  Object.defineProperty(window, 'speechSynthesis', { value: synthesis ? fake : undefined, configurable: true });
}

/** The script that puts them into a page. */
export function fakeSound(abilities: Partial<Abilities> = {}): string {
  return `(${install.toString()})(${JSON.stringify({ voices: ['ko-KR', 'en-GB'], synthesis: true, speakers: true, ...abilities })});`;
}

/** What has been heard so far. */
export const heard = (page: Page): Promise<readonly string[]> => page.evaluate(() => window.fakeSound.heard);

/** Lets the sentence being spoken come to its end. */
export const endSentence = (page: Page): Promise<void> => page.evaluate(() => window.fakeSound.end());
