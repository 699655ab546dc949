import { ChevronDown, CirclePause, DoorClosed, DoorOpen, UserRound } from 'lucide-react';
import type { BoothView } from '../../shared/snapshot.ts';
import { useText } from '../i18n/i18n.ts';
import { isolate } from '../i18n/words.ts';
import { openDialog, useScreen } from '../store.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { SyncIndicator } from './sync-indicator.tsx';
import { TouchButton } from './touch-button.tsx';

/** Where we are, how full it is, and whether all is well. */
export function BoothHeader({ booth }: { readonly booth: BoothView | null }) {
  return (
    <header className="booth-header">
      {booth === null ? <span className="booth-title" /> : <BoothTitle booth={booth} />}
      {booth === null ? null : <Capacity booth={booth} />}
      <div className="header-tools">
        <StaffButton />
        <SyncIndicator />
        <LanguageSwitch />
      </div>
    </header>
  );
}

function BoothTitle({ booth }: { readonly booth: BoothView }) {
  const t = useText();
  const several = useScreen((state) => (state.snapshot?.booths.length ?? 0) > 1);
  const embedded = useScreen((state) => state.snapshot?.embedded ?? false);
  const simulated = useScreen((state) => state.snapshot?.demoArrivals ?? false);
  const { phase } = booth.phase;
  const Sign = phase === 'paused' ? CirclePause : phase === 'closed' ? DoorClosed : DoorOpen;
  return (
    <div className="booth-title">
      <div className="booth-words">
        <h1 data-length={lengthOf(booth.name)}>
          <bdi dir="auto">{booth.name}</bdi>
        </h1>
        <p className="booth-status">
          <TouchButton className="phase-button" data-testid="phase" data-phase={phase} aria-haspopup="dialog" onTap={() => openDialog('phase')}>
            <Sign aria-hidden="true" />
            <span>{t(`status.${phase}`)}</span>
            <ChevronDown aria-hidden="true" />
          </TouchButton>
          {embedded ? (
            <span className="tag">
              <span className="wide-only">{t(simulated ? 'header.simulated' : 'header.localOnly')}</span>
              <span className="narrow-only">{t(simulated ? 'header.simulatedShort' : 'header.localOnlyShort')}</span>
            </span>
          ) : null}
        </p>
      </div>
      {several ? (
        <TouchButton className="icon-button" aria-haspopup="dialog" aria-label={t('header.chooseBooth')} onTap={() => openDialog('booths')}>
          <ChevronDown aria-hidden="true" />
        </TouchButton>
      ) : null}
    </div>
  );
}

/** From these lengths a name is set smaller. */
const LONG_CHARS = 22;
const VERY_LONG_CHARS = 48;

function lengthOf(name: string): 'long' | 'very-long' | undefined {
  const chars = [...name].length;
  return chars > VERY_LONG_CHARS ? 'very-long' : chars > LONG_CHARS ? 'long' : undefined;
}

function Capacity({ booth }: { readonly booth: BoothView }) {
  const t = useText();
  const { inside, capacity, called } = booth;
  const label = t('header.capacityLabel', { inside, capacity, called: called.length });
  const share = (count: number): string => `${capacity === 0 ? 0 : Math.min(100, (100 * count) / capacity)}%`;
  return (
    <div className="capacity" data-full={inside + called.length >= capacity}>
      <p className="capacity-text">
        <strong>{inside}</strong>
        <span>{t('header.ofCapacity', { capacity })}</span>
      </p>
      <div className="bar" role="meter" aria-label={label} aria-valuenow={inside} aria-valuemin={0} aria-valuemax={capacity}>
        <span className="bar-called" style={{ width: share(inside + called.length) }} />
        <span className="bar-inside" style={{ width: share(inside) }} />
      </div>
    </div>
  );
}

/** Who is at work; where the settings name nobody there is nothing to choose. */
function StaffButton() {
  const t = useText();
  const hasNames = useScreen((state) => (state.snapshot?.staff.names.length ?? 0) > 0);
  const chosen = useScreen((state) => state.snapshot?.staff.chosen ?? null);
  if (!hasNames) return null;
  return (
    <TouchButton
      className="staff"
      data-testid="staff"
      data-chosen={chosen !== null}
      aria-haspopup="dialog"
      aria-label={chosen === null ? undefined : t('staff.change', { name: isolate(chosen) })}
      onTap={() => openDialog('staff')}
    >
      <UserRound aria-hidden="true" />
      <bdi className="staff-name" dir="auto">
        {chosen ?? t('staff.title')}
      </bdi>
    </TouchButton>
  );
}
