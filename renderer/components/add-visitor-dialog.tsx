import { UserPlus } from 'lucide-react';
import { useId, useState, type FormEvent } from 'react';
import { addVisitor, clearJoined } from '../actions.ts';
import type { BoothView, Person } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { useScreen } from '../store.ts';
import { holdsSubject, tapSubject } from '../taps.ts';
import { firstFocus, Modal } from './modal.tsx';
import { Outcome } from './outcome.tsx';
import { PersonLine } from './person.tsx';
import { TouchButton } from './touch-button.tsx';
import { readName } from './visitor-name.ts';

/** A walk-in gets a place in the queue and a number to remember. */
export function AddVisitorDialog({ booth }: { readonly booth: BoothView }) {
  const t = useAllText();
  const tap = useScreen((state) => state.taps[tapSubject('join', null)]);
  const person = tap?.phase === 'saved' || tap?.phase === 'catching-up' ? tap.person : null;
  return (
    <Modal title={t('add.title')} shape="card">
      {person === null ? <NameForm boothId={booth.id} /> : <Joined person={person} />}
    </Modal>
  );
}

function NameForm({ boothId }: { readonly boothId: number }) {
  const t = useAllText();
  const [typed, setTyped] = useState('');
  const [complained, setComplained] = useState(false);
  const hintId = useId();
  const busy = holdsSubject(useScreen((state) => state.taps[tapSubject('join', null)]));
  const { name, chars, problem } = readName(typed);
  // Too long is worth saying while typing; the rest would only be in the way.
  const shown = problem !== null && (complained || problem === 'long') ? problem : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setComplained(problem !== null);
    if (problem === null && !busy) addVisitor(boothId, name);
  };
  return (
    <form className="add-form" onSubmit={submit} noValidate>
      <label className="field">
        <span>{t('add.name')}</span>
        <input {...firstFocus} autoComplete="off" spellCheck={false} dir="auto" value={typed} data-testid="name" aria-invalid={shown !== null} aria-describedby={hintId} onChange={(event) => setTyped(event.target.value)} />
      </label>
      <p id={hintId} className={shown === null ? 'hint' : 'hint hint-bad'} role={shown === null ? undefined : 'alert'}>
        {shown === null ? t('add.nameHint') : t(`add.error.${shown}`, { count: chars })}
      </p>
      <Outcome kinds={['join']} />
      <TouchButton submit className="button button-strong" data-testid="add-submit" busy={busy}>
        <UserPlus aria-hidden="true" />
        <span>{t('add.submit')}</span>
      </TouchButton>
    </form>
  );
}

function Joined({ person }: { readonly person: Person }) {
  const t = useAllText();
  const joined = useScreen((state) => state.joined);
  const queueLost = useScreen((state) => (state.snapshot?.booth?.lostQueue ?? null) !== null);
  return (
    <div className="joined" data-testid="joined">
      <p className="joined-label">{t('add.yourNumber')}</p>
      <p className="joined-number">{person.number === null ? t('add.noNumber') : String(person.number)}</p>
      <PersonLine person={{ ...person, number: null }} />
      {joined === null ? null : (
        <dl className="joined-facts">
          {joined.position === null ? null : <Fact name={t('add.position')} value={t('add.positionValue', { position: joined.position })} />}
          {/* Without the people who were lost, the estimate is of no use. */}
          {joined.estimatedWaitMinutes === null || queueLost ? null : <Fact name={t('add.estimate')} value={t('add.estimateValue', { minutes: joined.estimatedWaitMinutes })} />}
        </dl>
      )}
      {joined?.alreadyQueued ? <p>{t('add.already')}</p> : null}
      <Outcome kinds={['join']} />
      <div className="joined-actions">
        <TouchButton {...firstFocus} className="button button-strong" data-testid="add-another" onTap={clearJoined}>
          <UserPlus aria-hidden="true" />
          <span>{t('add.another')}</span>
        </TouchButton>
      </div>
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
