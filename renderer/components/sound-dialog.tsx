import { Minus, Play, Plus, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { MIN_VOLUME } from '../../shared/limits.ts';
import type { Language, SoundSettings } from '../../shared/snapshot.ts';
import { ask } from '../actions.ts';
import { playSample } from '../announcements/follow-calls.ts';
import { synthesis, voiceFor } from '../announcements/voice.ts';
import { useAllText } from '../i18n/i18n.ts';
import { useLanguage } from '../store.ts';
import { Modal } from './modal.tsx';
import { Toggle } from './toggle.tsx';
import { TouchButton } from './touch-button.tsx';

const STEP = 10;

/** How this kiosk calls visitors out loud. */
export function SoundDialog({ sound }: { readonly sound: SoundSettings }) {
  const t = useAllText();
  const hasVoice = useHasVoice(useLanguage());
  const [asking, setAsking] = useState(false);
  const set = async (changes: Partial<SoundSettings>): Promise<void> => {
    setAsking(true);
    await ask('kiosk:set-sound', { ...sound, ...changes });
    setAsking(false);
  };
  const { announces, muted, volume } = sound;
  const silent = !announces || muted;
  return (
    <Modal title={t('sound.title')} shape="card">
      <Toggle label={t('sound.announces')} detail={t(announces ? 'sound.announcesOn' : 'sound.announcesOff')} on={announces} busy={asking} testId="announces" onTap={() => void set({ announces: !announces })} />
      <Toggle label={t('sound.muted')} detail={t(muted ? 'sound.mutedOn' : 'sound.mutedOff')} on={muted} busy={asking} testId="muted" onTap={() => void set({ muted: !muted })} />
      <div className="volume" role="group" aria-label={t('sound.volume')}>
        <TouchButton className="icon-button" aria-label={t('sound.quieter')} busy={asking} blocked={volume <= MIN_VOLUME} data-testid="quieter" onTap={() => void set({ volume: Math.max(MIN_VOLUME, volume - STEP) })}>
          <Minus aria-hidden="true" />
        </TouchButton>
        <p className="volume-value" role="status" data-testid="volume">
          {t('sound.volumeValue', { percent: volume })}
        </p>
        <TouchButton className="icon-button" aria-label={t('sound.louder')} busy={asking} blocked={volume >= 100} data-testid="louder" onTap={() => void set({ volume: Math.min(100, volume + STEP) })}>
          <Plus aria-hidden="true" />
        </TouchButton>
        <TouchButton className="button" blocked={silent} data-testid="sample" onTap={playSample}>
          <Play aria-hidden="true" />
          {t('sound.sample')}
        </TouchButton>
      </div>
      {hasVoice ? null : (
        <p className="store-warning" data-testid="no-voice">
          <TriangleAlert aria-hidden="true" />
          <span>{t('sound.noVoice')}</span>
        </p>
      )}
    </Modal>
  );
}

/** Voices may be loaded, and installed, while the screen is there. */
function useHasVoice(language: Language): boolean {
  const [, setChanges] = useState(0);
  useEffect(() => {
    const synth = synthesis();
    const look = (): void => setChanges((count) => count + 1);
    synth?.addEventListener('voiceschanged', look);
    return () => synth?.removeEventListener('voiceschanged', look);
  }, []);
  return voiceFor(language) !== null;
}
