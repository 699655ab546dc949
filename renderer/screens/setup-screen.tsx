import { CircleX, FerrisWheel, Server, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { request } from '../api.ts';
import { LanguageSwitch } from '../components/language-switch.tsx';
import { TouchButton } from '../components/touch-button.tsx';
import type { AppError } from '../../shared/errors.ts';
import type { Language } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { errorText } from '../i18n/words.ts';
import { useLanguage, useScreen } from '../store.ts';
import { ConnectForm } from './connect-form.tsx';

/** Nothing is stored before the first start is answered: the language chosen here travels with the answer. */
const chooseHere = (language: Language): void => useScreen.setState({ languageOverride: language });

/** The first start: one question, two answers. */
export function SetupScreen() {
  const [connecting, setConnecting] = useState(false);
  return (
    <main className="setup">
      <div className="setup-top">
        <LanguageSwitch long onChoose={chooseHere} />
      </div>
      {connecting ? <ConnectForm onBack={() => setConnecting(false)} /> : <Question onConnect={() => setConnecting(true)} />}
    </main>
  );
}

function Question({ onConnect }: { readonly onConnect: () => void }) {
  const t = useAllText();
  const language = useLanguage();
  const [starting, setStarting] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const tryHere = async (): Promise<void> => {
    setStarting(true);
    const answer = await request('setup:try-here', { language });
    setError(answer.ok ? null : answer.error);
    setStarting(answer.ok);
  };
  return (
    <div className="question">
      <h1>{t('setup.title')}</h1>
      <div className="answers">
        <Answer icon={FerrisWheel} title={t('setup.tryTitle')} body={starting ? t('setup.starting') : t('setup.tryBody')} busy={starting} testId="try-here" onTap={() => void tryHere()} />
        <Answer icon={Server} title={t('setup.connectTitle')} body={t('setup.connectBody')} busy={false} testId="connect" onTap={onConnect} />
      </div>
      <div className="question-foot" role="alert">
        {error === null ? null : (
          <p className="outcome" data-phase="refused">
            <CircleX aria-hidden="true" />
            <span>{errorText(t, error, null)}</span>
          </p>
        )}
      </div>
    </div>
  );
}

interface AnswerProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly body: string;
  readonly busy: boolean;
  readonly testId: string;
  readonly onTap: () => void;
}

function Answer({ icon: Icon, title, body, busy, testId, onTap }: AnswerProps) {
  return (
    <TouchButton className="answer" busy={busy} data-testid={testId} onTap={onTap}>
      <Icon aria-hidden="true" />
      <span className="answer-title">{title}</span>
      <span className="answer-body">{body}</span>
    </TouchButton>
  );
}
