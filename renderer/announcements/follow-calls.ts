/** Calls out loud every call the history has, once, where this kiosk is the one to do it. */
import { i18n } from '../i18n/i18n.ts';
import { useScreen } from '../store.ts';
import { chime } from './chime.ts';
import { type CallNews, newCalls, type Seen, stillHolds } from './news.ts';
import { createAnnouncementQueue } from './queue.ts';
import { callSentence } from './sentence.ts';
import { speak, synthesis } from './voice.ts';

const WAITING_LIMIT = 8;

const currentLanguage = () => (i18n.locale === 'en' ? 'en' : 'ko');
const sound = () => useScreen.getState().snapshot?.sound;

const queue = createAnnouncementQueue<CallNews | 'sample'>({
  limit: WAITING_LIMIT,
  holds: (item) => item === 'sample' || stillHolds(item, useScreen.getState().snapshot?.booth ?? null),
  async tell(item, signal) {
    const { volume = 0 } = sound() ?? {};
    await chime(volume, signal);
    const t = i18n._.bind(i18n);
    // In the language that is on screen when its turn has come.
    await speak(item === 'sample' ? t('announce.sample') : callSentence(t, item), currentLanguage(), volume, signal);
  },
});

let following = false;

/** Begins with what is on screen now, which is not told again. For the life of the page. */
export function followCalls(): void {
  if (following) return;
  following = true;
  // Some platforms load their voices only when they are asked for.
  synthesis()?.getVoices();
  let seen: Seen | null = null;
  const look = (): void => {
    const { snapshot } = useScreen.getState();
    if (snapshot === null) return;
    const next = newCalls(seen, snapshot);
    seen = next.seen;
    if (!snapshot.sound.announces || snapshot.sound.muted) {
      queue.silence();
      return;
    }
    queue.recheck();
    for (const news of next.news) queue.add(news);
  };
  look();
  useScreen.subscribe((state, before) => {
    if (state.snapshot !== before.snapshot) look();
  });
}

/** Lets somebody hear how loud a call is. */
export function playSample(): void {
  queue.add('sample');
}
