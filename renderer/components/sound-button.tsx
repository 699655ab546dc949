import { Volume2, VolumeX } from 'lucide-react';
import { useAllText } from '../i18n/i18n.ts';
import { openDialog, useScreen } from '../store.ts';
import { TouchButton } from './touch-button.tsx';

/** Whether this kiosk calls visitors out loud, and the way to change it. */
export function SoundButton() {
  const t = useAllText();
  const sound = useScreen((state) => state.snapshot?.sound);
  if (sound === undefined) return null;
  const state = !sound.announces ? 'off' : sound.muted ? 'muted' : 'on';
  const Sign = state === 'on' ? Volume2 : VolumeX;
  return (
    <TouchButton className="icon-button sound-button" aria-haspopup="dialog" aria-label={t('sound.open', { state: t(`sound.state.${state}`) })} data-testid="sound" onTap={() => openDialog('sound')}>
      <Sign aria-hidden="true" className={state === 'muted' ? 'sign-warn' : undefined} />
    </TouchButton>
  );
}
