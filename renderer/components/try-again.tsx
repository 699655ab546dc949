import { useState } from 'react';
import { ask } from '../actions.ts';
import { useText } from '../i18n/i18n.ts';
import { TouchButton } from './touch-button.tsx';

/** Reconnects now instead of at the next turn; busy until both servers have answered or failed. */
export function TryAgain() {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const retry = async (): Promise<void> => {
    setAsking(true);
    await ask('kiosk:retry-stores', null);
    setAsking(false);
  };
  return (
    <TouchButton className="button" data-testid="try-again" busy={asking} onTap={() => void retry()}>
      {t(asking ? 'banner.retrying' : 'banner.retry')}
    </TouchButton>
  );
}
