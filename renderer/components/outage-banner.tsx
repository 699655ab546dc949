import { Unplug } from 'lucide-react';
import { brokenStores } from '../board.ts';
import { useWallNow } from '../clock.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { useText, type Translate } from '../i18n/i18n.ts';
import { ageText, clockTime, storeLabel } from '../i18n/words.ts';
import { TryAgain } from './try-again.tsx';

/** What still works while a store is away, and since when. Comes and goes by itself. */
export function OutageBanner({ snapshot }: { readonly snapshot: Snapshot }) {
  const t = useText();
  const now = useWallNow();
  const { queue, ledger } = brokenStores(snapshot);
  if (queue === null && ledger === null) return null;
  const title = bannerTitle(t, snapshot);
  return (
    <section className="banner" aria-label={title} data-testid="banner">
      <Unplug aria-hidden="true" className="banner-sign" />
      <div className="banner-words">
        <p className="banner-title">{title}</p>
        <p>{[t(queue === null ? 'banner.ledger' : ledger === null ? 'banner.queue' : 'banner.both'), pendingText(t, snapshot, now), t('banner.lasting')].filter(Boolean).join(' ')}</p>
      </div>
      <TryAgain />
    </section>
  );
}

function bannerTitle(t: Translate, snapshot: Snapshot): string {
  const { queue, ledger } = brokenStores(snapshot);
  const time = (since: number): string => clockTime(since, snapshot.timeZone);
  if (queue !== null && ledger !== null) {
    return t('banner.title.both', { queue: storeLabel(queue), ledger: storeLabel(ledger), since: time(Math.max(queue.since, ledger.since)) });
  }
  const store = queue ?? ledger;
  if (store === null) return '';
  return t(store.state === 'unfit' ? 'banner.title.unfit' : 'banner.title.down', { store: storeLabel(store), since: time(store.since) });
}

function pendingText(t: Translate, snapshot: Snapshot, nowMs: number): string {
  const { pending } = snapshot;
  if (pending.length === 0) return '';
  const oldest = Math.min(...pending.map((operation) => operation.since));
  return t('banner.pending', { count: pending.length, age: ageText(t, nowMs - oldest) });
}
