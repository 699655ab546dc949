import { UserPlus } from 'lucide-react';
import { useId } from 'react';
import { clearJoined } from '../actions.ts';
import { isFull } from '../board.ts';
import { isPhoneNickname } from '../../shared/phone-digits.ts';
import type { Person } from '../../shared/snapshot.ts';
import { useAllText, type TranslateAll } from '../i18n/i18n.ts';
import { waitHours } from '../i18n/words.ts';
import { useScreen } from '../store.ts';
import { firstFocus } from './modal.tsx';
import { Outcome } from './outcome.tsx';
import { PersonLine } from './person.tsx';
import { TouchButton } from './touch-button.tsx';

/** What to tell the visitor: the number to remember, the place, the wait. */
export function Joined({ person }: { readonly person: Person }) {
  const t = useAllText();
  const joined = useScreen((state) => state.joined);
  const tellId = useId();
  const booth = useScreen((state) => state.snapshot?.booth ?? null);
  // Without the people who were lost, the estimate is of no use; and with nobody in front, a full booth is still full.
  const isVague = booth !== null && (booth.lostQueue !== null || (joined?.estimatedWaitMinutes === 0 && isFull(booth)));
  return (
    <div className="joined" data-testid="joined">
      {/* A screen reader tells it with the button that has the focus. */}
      <div id={tellId} className="joined-told">
        {person.number === null ? null : (
          <>
            <p className="joined-label">{t('add.yourNumber')}</p>
            <p className="joined-number">{String(person.number)}</p>
          </>
        )}
        {/* Whom the festival's app knows is called by name. */}
        <div className={person.number === null ? 'joined-name' : undefined}>
          <PersonLine person={{ ...person, number: null }} />
        </div>
        {joined === null ? null : (
          <dl className="joined-facts">
            {joined.position === null ? null : <Fact name={t('add.position')} value={t('add.positionValue', { position: joined.position })} />}
            {joined.estimatedWaitMinutes === null || isVague ? null : <Fact name={t('add.estimate')} value={waitText(t, joined.estimatedWaitMinutes)} />}
          </dl>
        )}
        {joined?.alreadyQueued ? (
          <p className="joined-note">
            {t('add.already')} {isPhoneNickname(person.name) ? t('add.alreadyPhone') : ''}
          </p>
        ) : (
          <Outcome kinds={['join']} />
        )}
      </div>
      <div className="joined-actions">
        <TouchButton {...firstFocus} className="button button-strong" data-testid="add-another" aria-describedby={tellId} onTap={clearJoined}>
          <UserPlus aria-hidden="true" />
          <span>{t('add.another')}</span>
        </TouchButton>
      </div>
    </div>
  );
}

function waitText(t: TranslateAll, minutes: number): string {
  const hours = waitHours(minutes);
  return hours === null ? t('add.estimateValue', { minutes }) : t('add.estimateHours', { hours });
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
