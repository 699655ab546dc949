import { Check, type LucideIcon } from 'lucide-react';
import { actOnVisit } from '../actions.ts';
import type { VisitEntry } from '../../shared/snapshot.ts';
import { useText } from '../i18n/i18n.ts';
import { personText } from '../i18n/words.ts';
import { useScreen } from '../store.ts';
import { holdsSubject, holdsVisit, isDone, tapSubject, type Tap } from '../taps.ts';
import { TouchButton } from './touch-button.tsx';

interface VisitActionProps {
  readonly kind: 'enter' | 'complete';
  readonly boothId: number;
  readonly visit: VisitEntry;
  /** The history store cannot take it now; the banner says why. */
  readonly paused: boolean;
  readonly icon: LucideIcon;
  readonly label: string;
}

/** The one button of a visitor's row. It tells in its own place how its tap is doing. */
export function VisitAction({ kind, boothId, visit, paused, icon: Icon, label }: VisitActionProps) {
  const t = useText();
  const tap = useScreen((state) => state.taps[tapSubject(kind, visit.waitingId)]);
  const other = useScreen((state) => holdsVisit(state.taps, visit.waitingId));
  const Sign = tap !== undefined && isDone(tap) ? Check : Icon;
  const word = wordOf(tap);
  const words = word === null ? label : t(word);
  return (
    <TouchButton
      className="visit-button"
      data-testid={`${kind}-${visit.waitingId}`}
      aria-label={`${words}: ${personText(t, visit)}`}
      busy={other || holdsSubject(tap)}
      blocked={paused}
      onTap={() => actOnVisit(kind, boothId, visit)}
    >
      <Sign aria-hidden="true" />
      <span>{words}</span>
    </TouchButton>
  );
}

function wordOf(tap: Tap | undefined): 'tap.sending' | 'tap.saved' | 'tap.catching-up' | 'tap.checking' | null {
  if (tap?.phase === 'checking') return 'tap.checking';
  if (tap?.phase === 'saved') return 'tap.saved';
  if (tap?.phase === 'catching-up') return tap.slow ? 'tap.catching-up' : 'tap.saved';
  return tap?.phase === 'sending' && tap.slow ? 'tap.sending' : null;
}
