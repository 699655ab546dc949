import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { ask } from '../actions.ts';
import type { PassView, Snapshot } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { clockTime, errorText } from '../i18n/words.ts';
import { TouchButton } from './touch-button.tsx';

const COUNTS = ['seen', 'finished', 'undone', 'superseded', 'kept', 'recounted'] as const;
/** Rare, and worth a look when they are not zero. */
const RARE_COUNTS = ['drift', 'quarantined', 'swept', 'refilled', 'expired'] as const;

/** What the last repair pass found, and the button to run one now. */
export function LastPass({ snapshot }: { readonly snapshot: Snapshot }) {
  const t = useAllText();
  const [asking, setAsking] = useState(false);
  const [own, setOwn] = useState<PassView | null>(null);
  const pass = snapshot.lastPass;
  const running = asking || snapshot.reconciling;
  const reconcile = async (): Promise<void> => {
    setAsking(true);
    setOwn(null);
    setOwn((await ask('kiosk:reconcile', null)) ?? null);
    setAsking(false);
  };
  return (
    <section className="panel-section">
      <h3>{t('panel.lastPass')}</h3>
      {pass === null ? <p className="muted">{t('panel.noPass')}</p> : <PassFacts pass={pass} timeZone={snapshot.timeZone} />}
      <div className="pass-actions">
        <TouchButton className="button" data-testid="reconcile" busy={running} onTap={() => void reconcile()}>
          <RotateCw aria-hidden="true" />
          <span>{t(running ? 'panel.reconciling' : 'panel.reconcile')}</span>
        </TouchButton>
        <p role="status" data-testid="reconcile-result">
          {own === null ? '' : t('panel.reconciled', { seen: own.seen, settled: own.finished + own.undone + own.superseded })}
        </p>
      </div>
    </section>
  );
}

function PassFacts({ pass, timeZone }: { readonly pass: PassView; readonly timeZone: string }) {
  const t = useAllText();
  return (
    <>
      <p>{t('pass.when', { time: clockTime(pass.endedAt, timeZone), ms: Math.round(pass.durationMs), trigger: t(`trigger.${pass.trigger}`) })}</p>
      <dl className="pass-counts">
        {[...COUNTS, ...RARE_COUNTS.filter((count) => pass[count] !== 0)].map((count) => (
          <div key={count}>
            <dt>{t(`pass.${count}`)}</dt>
            <dd>{pass[count]}</dd>
          </div>
        ))}
      </dl>
      {pass.problem === null ? null : <p className="text-bad">{`${t('pass.incomplete')} ${errorText(t, pass.problem, null)}`}</p>}
    </>
  );
}
