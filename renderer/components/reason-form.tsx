import { ArrowLeft, TriangleAlert } from 'lucide-react';
import { useId, useState, type FormEvent } from 'react';
import { REASON_MAX_CHARS } from '../../shared/limits.ts';
import { useAllText } from '../i18n/i18n.ts';
import { useSettled } from './menu-list.tsx';
import { firstFocus } from './modal.tsx';
import { TouchButton } from './touch-button.tsx';

/** What the reason is for; to undo something in a full booth takes the reasons of one more. */
export type ReasonAbout = 'chosen' | 'over' | 'undo' | 'leave' | 'admit' | 'requeue';
const READY_MADE = [1, 2, 3] as const;

interface ReasonFormProps {
  readonly about: ReasonAbout;
  /** The booth has no room: whoever gives a reason lets one more in. */
  readonly isOver: boolean;
  readonly onReason: (reason: string) => void;
  readonly onBack: () => void;
}

/**
 * Why, by one tap on a ready-made reason or in own words: that tap does it. Another question (the booth fills up) is another form: what was
 * typed or aimed at for the first one does not answer it.
 */
export function ReasonForm(props: ReasonFormProps) {
  return <Form key={`${props.about}-${props.isOver}`} {...props} />;
}

function Form({ about, isOver, onReason, onBack }: ReasonFormProps) {
  const t = useAllText();
  const isSettled = useSettled();
  const [typed, setTyped] = useState('');
  const inputId = useId();
  const reasons = about === 'undo' ? 'over' : about;
  const give = (reason: string): void => {
    if (isSettled() && reason.trim() !== '') onReason([...reason.trim()].slice(0, REASON_MAX_CHARS).join(''));
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    give(typed);
  };
  return (
    <form className="reason-form" onSubmit={submit} noValidate data-testid="reason-form">
      {isOver ? (
        <p className="menu-warning">
          <TriangleAlert aria-hidden="true" />
          <span>{t('why.isOver')}</span>
        </p>
      ) : null}
      <p>{t(`why.ask.${about}`)}</p>
      <ul className="menu-list" data-arrow-keys>
        {READY_MADE.map((n) => (
          <li key={n}>
            <TouchButton {...(n === 1 ? firstFocus : {})} className="menu-item" data-testid={`reason-${n}`} onTap={() => give(t(`why.${reasons}.${n}`))}>
              {t(`why.${reasons}.${n}`)}
            </TouchButton>
          </li>
        ))}
      </ul>
      <div className="reason-own">
        <label className="visually-hidden" htmlFor={inputId}>
          {t('why.own')}
        </label>
        <input id={inputId} data-testid="reason-own" autoComplete="off" dir="auto" placeholder={t('why.own')} value={typed} onChange={(event) => setTyped(event.target.value)} />
        <TouchButton submit className="button" data-testid="reason-give" blocked={typed.trim() === ''}>
          {t('why.give')}
        </TouchButton>
      </div>
      <TouchButton className="button" data-testid="reason-back" onTap={onBack}>
        <ArrowLeft aria-hidden="true" />
        <span>{t('common.back')}</span>
      </TouchButton>
    </form>
  );
}
