import { Clock3, TriangleAlert } from 'lucide-react';
import type { Snapshot } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { isolate } from '../i18n/words.ts';
import { useScreen } from '../store.ts';
import { tapText } from './tap-text.ts';

/** Taps made for another booth before this one was chosen, until their end is known: they belong there, and are told under its name. */
export function Elsewhere({ snapshot }: { readonly snapshot: Snapshot }) {
  const t = useAllText();
  const taps = useScreen((state) => state.taps);
  const open = Object.values(taps).filter((tap) => tap.boothId !== snapshot.booth?.id);
  if (snapshot.booth === null || open.length === 0) return null;
  const name = (boothId: number): string => isolate(snapshot.booths.find(({ id }) => id === boothId)?.name ?? t('festival.booth', { id: String(boothId) }));
  return (
    <ul className="elsewhere" data-testid="elsewhere">
      {open.toSorted((a, b) => a.order - b.order).map((tap) => {
        const Sign = tap.phase === 'refused' || tap.phase === 'not-done' ? TriangleAlert : Clock3;
        return (
          <li key={tap.order} className="outcome" data-phase={tap.phase}>
            <Sign aria-hidden="true" />
            <span>{t('elsewhere.tap', { booth: name(tap.boothId), text: tapText(t, tap, snapshot) || t('tap.sending') })}</span>
          </li>
        );
      })}
    </ul>
  );
}
