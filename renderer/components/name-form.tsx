import { useId, useState, type FormEvent } from 'react';
import { addVisitor } from '../joining.ts';
import { useAllText } from '../i18n/i18n.ts';
import { AddButton } from './add-button.tsx';
import { LetterKeys } from './letter-keys.tsx';
import { Outcome } from './outcome.tsx';
import { useTypedField } from './typed-field.ts';
import { readName } from './visitor-name.ts';

interface FormProps {
  readonly boothId: number;
  /** A visitor is being added. */
  readonly busy: boolean;
}

/** By name or nickname, of any script. */
export function NameForm({ boothId, busy }: FormProps) {
  const t = useAllText();
  const field = useTypedField();
  const [complained, setComplained] = useState(false);
  const hintId = useId();
  const { name, chars, problem } = readName(field.text);
  // Too long is worth saying while typing; the rest would only be in the way.
  const shown = problem !== null && (complained || problem === 'long') ? problem : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (field.isComposing()) return;
    setComplained(problem !== null);
    if (problem === null && !busy) addVisitor(boothId, name);
  };
  return (
    <form className="add-form" onSubmit={submit} noValidate>
      <div className="add-entry">
        <label className="field">
          <span>{t('add.name')}</span>
          <input {...field.props} dir="auto" data-testid="name" aria-invalid={shown !== null} aria-describedby={hintId} />
        </label>
        <AddButton busy={busy} />
      </div>
      <p id={hintId} className={shown === null ? 'hint' : 'hint hint-bad'} role={shown === null ? undefined : 'alert'}>
        {shown === null ? t('add.nameHint') : t(`add.error.${shown}`, { count: chars })}
      </p>
      <Outcome kinds={['join']} />
      <LetterKeys onCharacter={field.type} onDelete={field.deleteBackwards} />
    </form>
  );
}
