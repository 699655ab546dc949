import { CircleCheck, RefreshCw, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { syncState, type SyncState } from '../board.ts';
import { useText } from '../i18n/i18n.ts';
import { openDialog, useScreen } from '../store.ts';
import { TouchButton } from './touch-button.tsx';

const SIGNS = { ok: CircleCheck, 'catching-up': RefreshCw, attention: TriangleAlert } as const satisfies Record<SyncState, unknown>;
/** Every tap is out of step for a moment; only what lasts is worth a look. */
const LASTING_MS = 400;

/** Is everything in step? Tapping shows why, or why not. */
export function SyncIndicator() {
  const t = useText();
  const state = useLasting(useScreen(({ snapshot }) => (snapshot === null ? 'catching-up' : syncState(snapshot))));
  const Sign = SIGNS[state];
  const word = t(`sync.${state}`);
  return (
    <TouchButton className="sync" data-sync={state} data-testid="sync" aria-haspopup="dialog" aria-label={t('sync.open', { state: word })} onTap={() => openDialog('status')}>
      <Sign aria-hidden="true" />
      <span>{word}</span>
    </TouchButton>
  );
}

function useLasting(state: SyncState): SyncState {
  const [shown, setShown] = useState(state);
  useEffect(() => {
    const timer = setTimeout(() => setShown(state), state === 'catching-up' ? LASTING_MS : 0);
    return () => clearTimeout(timer);
  }, [state]);
  return state === 'catching-up' ? shown : state;
}
