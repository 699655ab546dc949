import { useLayoutEffect } from 'react';
import type { StoreTrial } from '../../shared/channels.ts';
import { useAllText } from '../i18n/i18n.ts';

interface BoothFieldProps {
  /** What the history server said; it knows the booths. */
  readonly trial: StoreTrial | null;
  readonly boothId: number | null;
  readonly onChoose: (boothId: number | null) => void;
}

/** The booth to serve: from the festival's list, or by its number while that list is empty. */
export function BoothField({ trial, boothId, onChoose }: BoothFieldProps) {
  const t = useAllText();
  const booths = trial?.booths ?? [];
  // A choice from another server's list means nothing here; where there is but one booth, there is nothing to choose.
  // Before the list can be touched: a later effect could undo a quick choice.
  useLayoutEffect(() => onChoose(trial?.booths.length === 1 ? (trial.booths[0]?.id ?? null) : null), [trial, onChoose]);
  if (trial !== null && booths.length === 0) return <BoothNumber onChoose={onChoose} />;
  return (
    <fieldset className="card">
      <label className="field">
        <span>{t('connect.booth')}</span>
        <select value={boothId ?? ''} disabled={trial === null} data-testid="booth" onChange={(event) => onChoose(event.target.value === '' ? null : Number(event.target.value))}>
          <option value="">{t(trial === null ? 'connect.boothFirst' : 'connect.boothChoose')}</option>
          {booths.map((booth) => (
            <option key={booth.id} value={booth.id}>
              {booth.name}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}

function BoothNumber({ onChoose }: Pick<BoothFieldProps, 'onChoose'>) {
  const t = useAllText();
  const read = (typed: string): void => onChoose(/^[1-9]\d{0,14}$/.test(typed.trim()) ? Number(typed) : null);
  return (
    <fieldset className="card">
      <label className="field">
        <span>{t('connect.boothNumber')}</span>
        <input inputMode="numeric" autoComplete="off" data-testid="booth-number" onChange={(event) => read(event.target.value)} />
      </label>
      <p className="hint">{t('connect.boothNumberHint')}</p>
    </fieldset>
  );
}
