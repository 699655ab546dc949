import { ArrowLeft } from 'lucide-react';
import { useId, useState, type FormEvent } from 'react';
import { REASON_MAX_CHARS } from '../../shared/limits.ts';
import { useAllText } from '../i18n/i18n.ts';
import { useSettled } from './menu-list.tsx';
import { firstFocus } from './modal.tsx';
import { TouchButton } from './touch-button.tsx';

interface PhaseReasonProps {
  readonly question: string;
  /** One tap writes one of them. */
  readonly proposals: readonly string[];
  /** On the button that does it. */
  readonly confirm: string;
  readonly busy: boolean;
  readonly blocked: boolean;
  readonly onConfirm: (reason: string) => void;
  readonly onBack: () => void;
}

/** Asks why, and once more whether. */
export function PhaseReason({ question, proposals, confirm, busy, blocked, onConfirm, onBack }: PhaseReasonProps) {
  const t = useAllText();
  const isSettled = useSettled();
  const [typed, setTyped] = useState('');
  const [complained, setComplained] = useState(false);
  const hintId = useId();
  const reason = typed.trim();
  const problem = reason === '' ? 'empty' : [...reason].length > REASON_MAX_CHARS ? 'long' : null;
  const shown = problem !== null && (complained || problem === 'long') ? problem : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isSettled()) return;
    setComplained(problem !== null);
    if (problem === null && !busy && !blocked) onConfirm(reason);
  };
  return (
    <form className="phase-reason" onSubmit={submit} noValidate>
      <p className="phase-question">{question}</p>
      <ul className="phase-proposals">
        {proposals.map((proposal, index) => (
          <li key={proposal}>
            <TouchButton {...(index === 0 ? firstFocus : {})} className="button" aria-pressed={reason === proposal} onTap={() => setTyped(proposal)}>
              {proposal}
            </TouchButton>
          </li>
        ))}
      </ul>
      <label className="field">
        <span>{t('why.own')}</span>
        <input autoComplete="off" dir="auto" value={typed} data-testid="reason" aria-invalid={shown !== null} aria-describedby={hintId} onChange={(event) => setTyped(event.target.value)} />
      </label>
      <p id={hintId} className={shown === null ? 'hint' : 'hint hint-bad'} role={shown === null ? undefined : 'alert'}>
        {shown === null ? '' : t(`phase.reason.${shown}`, { max: REASON_MAX_CHARS })}
      </p>
      <div className="phase-actions">
        <TouchButton className="button" data-testid="reason-back" onTap={onBack}>
          <ArrowLeft aria-hidden="true" />
          <span>{t('common.back')}</span>
        </TouchButton>
        <TouchButton submit className="button button-strong" data-testid="reason-confirm" busy={busy} blocked={blocked}>
          {confirm}
        </TouchButton>
      </div>
    </form>
  );
}
