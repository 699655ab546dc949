import { CircleCheck, LoaderCircle, TriangleAlert, Unplug } from 'lucide-react';
import { isBroken } from '../board.ts';
import type { StoreView } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { trialErrorText, warningText } from '../i18n/server-words.ts';
import { ageText, clockTime, storeLabel } from '../i18n/words.ts';

const SIGNS = { connecting: LoaderCircle, up: CircleCheck, slow: LoaderCircle, down: Unplug, unfit: TriangleAlert } as const satisfies Record<StoreView['state'], unknown>;

/** One server: is it there, how fast, and is it set up safely? */
export function StoreCard({ store, timeZone }: { readonly store: StoreView; readonly timeZone: string }) {
  const t = useAllText();
  const Sign = SIGNS[store.state];
  const latency = store.state === 'up' && store.latencyMs !== null ? t('panel.latency', { ms: Math.round(store.latencyMs) }) : null;
  return (
    <div className="store-card" data-testid={`store-${store.role}`}>
      <h4>
        {t(`panel.role.${store.role}`)} <span className="muted">{store.server === 'embedded' ? t('panel.embedded') : store.server || storeLabel(store)}</span>
      </h4>
      <p className="store-state" data-state={store.state}>
        <Sign aria-hidden="true" />
        <strong>{t(`store.${store.state}`)}</strong>
      </p>
      <p className="muted">{[t('panel.since', { time: clockTime(store.since, timeZone) }), latency].filter(Boolean).join(' · ')}</p>
      {!isBroken(store) || store.problem === null ? null : (
        <>
          <p>{trialErrorText(t, store.problem)}</p>
          <p className="detail" lang="en">
            {store.problem.message}
          </p>
        </>
      )}
    </div>
  );
}

/** Of the kiosk, whichever server it is about. */
const NOT_OF_A_SERVER = ['password-not-kept'];

/** What makes the stores less safe than they could be, in words; each thing once. */
export function StoreWarnings({ stores }: { readonly stores: readonly StoreView[] }) {
  const t = useAllText();
  const queue = stores.find((store) => store.role === 'queue');
  const texts = stores.flatMap((store) => [
    ...store.warnings.map((code) => (NOT_OF_A_SERVER.includes(code) ? warningText(t, code) : `${storeLabel(store)}: ${warningText(t, code)}`)),
    ...store.clocksApart.map(({ from, seconds }) =>
      t(from === 'kiosk' ? 'warning.clock.kiosk' : 'warning.clock.stores', { store: storeLabel(store), queue: queue === undefined ? '' : storeLabel(queue), age: ageText(t, seconds * 1_000) }),
    ),
  ]);
  return [...new Set(texts)].map((text) => <WarningLine key={text} text={text} />);
}

/** Nothing is broken yet, but somebody should know. */
export function WarningLine({ text }: { readonly text: string }) {
  return (
    <p className="store-warning" data-testid="warning">
      <TriangleAlert aria-hidden="true" />
      <span>{text}</span>
    </p>
  );
}
