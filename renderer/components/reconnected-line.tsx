import { PlugZap } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { brokenStores } from '../board.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { useText } from '../i18n/i18n.ts';

const SHOWN_MS = 5_000;

/** After an outage, for a moment: the banner has gone, and people who looked away should know why. */
export function ReconnectedLine({ snapshot }: { readonly snapshot: Snapshot }) {
  const t = useText();
  const { queue, ledger } = brokenStores(snapshot);
  const broken = queue !== null || ledger !== null;
  const allUp = snapshot.stores.every((store) => store.state === 'up');
  const wasBroken = useRef(false);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (broken) wasBroken.current = true;
    if (!allUp || !wasBroken.current) return undefined;
    wasBroken.current = false;
    setShown(true);
    const timer = setTimeout(() => setShown(false), SHOWN_MS);
    return () => {
      clearTimeout(timer);
      setShown(false);
    };
  }, [broken, allUp]);
  if (!shown) return null;
  return (
    <p className="reconnected" role="status" data-testid="reconnected">
      <PlugZap aria-hidden="true" />
      <span>{t('banner.back')}</span>
    </p>
  );
}
