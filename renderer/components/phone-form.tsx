import { useId, useState, type FormEvent } from 'react';
import { PHONE_MAX_DIGITS, phoneDigits } from '../../shared/phone-digits.ts';
import { addByPhone } from '../joining.ts';
import { useAllText } from '../i18n/i18n.ts';
import { AddButton } from './add-button.tsx';
import { DigitKeys } from './digit-keys.tsx';
import { Outcome } from './outcome.tsx';
import { useTypedField } from './typed-field.ts';

interface FormProps {
  readonly boothId: number;
  /** A visitor is being added. */
  readonly busy: boolean;
}

/** By telephone number: the quickest on a touch screen, and the way back to a number that was forgotten. */
export function PhoneForm({ boothId, busy }: FormProps) {
  const t = useAllText();
  const field = useTypedField();
  const [complained, setComplained] = useState(false);
  const hintId = useId();
  const digits = phoneDigits(field.text);
  const isTooLong = field.text.replaceAll(/\D/g, '').length > PHONE_MAX_DIGITS;
  const problem = digits.ok ? null : digits.error.params?.['phone'] === 'characters' ? 'characters' : 'length';
  const shown = problem !== null && (complained || isTooLong) ? problem : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (field.isComposing()) return;
    setComplained(!digits.ok);
    if (digits.ok && !busy) addByPhone(boothId, digits.value);
  };
  return (
    <form className="add-form add-form-phone" onSubmit={submit} noValidate>
      <div className="add-entry">
        <label className="field">
          <span>{t('add.phone')}</span>
          <input {...field.props} type="tel" dir="ltr" data-testid="phone" aria-invalid={shown !== null} aria-describedby={hintId} />
        </label>
        <p id={hintId} className={shown === null ? 'hint' : 'hint hint-bad'} role={shown === null ? undefined : 'alert'}>
          {t(shown === null ? 'add.phoneHint' : `add.error.phone.${shown}`)}
        </p>
        <Outcome kinds={['join']} />
        <AddButton busy={busy} />
      </div>
      <DigitKeys onDigits={field.type} onDelete={field.deleteBackwards} />
    </form>
  );
}
