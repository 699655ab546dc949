import { AlertTriangle, Check, CircleX, Clock3, RefreshCw } from 'lucide-react';
import { useText } from '../i18n/i18n.ts';
import { useScreen } from '../store.ts';
import { newestOf, type TapKind, type TapPhase } from '../taps.ts';
import { tapText } from './tap-text.ts';

const SIGNS = { sending: Clock3, saved: Check, 'catching-up': RefreshCw, checking: Clock3, 'not-done': AlertTriangle, refused: CircleX, 'see-list': AlertTriangle } as const satisfies Record<TapPhase, unknown>;

interface OutcomeProps {
  readonly kinds: readonly TapKind[];
  /** The reason of a refused call stands in the button below: once is enough. */
  readonly saidBelow?: boolean;
}

/** How the newest tap of these kinds at the booth on screen is doing, beside where it was made. Its live region is elsewhere. */
export function Outcome({ kinds, saidBelow = false }: OutcomeProps) {
  const t = useText();
  const snapshot = useScreen((state) => state.snapshot);
  const tap = useScreen((state) => newestOf(state.taps, kinds, state.snapshot?.booth?.id));
  const text = tap === null ? '' : saidBelow && tap.phase === 'refused' ? t('tap.call.refusedShort') : tapText(t, tap, snapshot);
  if (tap === null || text === '') return null;
  const phase = tap.phase === 'catching-up' && !tap.slow ? 'saved' : tap.phase;
  const Sign = SIGNS[phase];
  return (
    <p className="outcome" data-phase={phase} data-testid={`outcome-${tap.kind}`}>
      <Sign aria-hidden="true" />
      <span>{text}</span>
    </p>
  );
}
