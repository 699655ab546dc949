import { Volume2, VolumeX } from 'lucide-react';
import { useEffect } from 'react';
import { followCalls } from '../announcements/follow-calls.ts';
import { useAllText } from '../i18n/i18n.ts';
import { openDialog, useScreen } from '../store.ts';
import { SoundDialog } from './sound-dialog.tsx';
import { TouchButton } from './touch-button.tsx';

/** Calls visitors out loud, shows whether it does, and is the way to change it. */
export function SoundButton() {
  const t = useAllText();
  const sound = useScreen((state) => state.snapshot?.sound);
  const isOpen = useScreen((state) => state.dialog === 'sound');
  useEffect(followCalls, []);
  if (sound === undefined) return null;
  const state = !sound.announces ? 'off' : sound.muted ? 'muted' : 'on';
  const Sign = state === 'on' ? Volume2 : VolumeX;
  return (
    <>
      <TouchButton className="icon-button sound-button" aria-haspopup="dialog" aria-label={t('sound.open', { state: t(`sound.state.${state}`) })} data-testid="sound" onTap={() => openDialog('sound')}>
        <Sign aria-hidden="true" className={state === 'muted' ? 'sign-warn' : undefined} />
      </TouchButton>
      {isOpen ? <SoundDialog sound={sound} /> : null}
    </>
  );
}
