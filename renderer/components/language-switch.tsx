import type { Language } from '../../shared/snapshot.ts';
import { chooseLanguage } from '../actions.ts';
import { useText } from '../i18n/i18n.ts';
import { useLanguage } from '../store.ts';
import { TouchButton } from './touch-button.tsx';

/** Each language by its own name, readable to somebody who reads only that one. */
const LANGUAGES: readonly { readonly language: Language; readonly short: string; readonly full: string }[] = [
  { language: 'ko', short: 'KO', full: '한국어' },
  { language: 'en', short: 'EN', full: 'English' },
];

interface LanguageSwitchProps {
  readonly long?: boolean;
  /** Instead of asking the main process to remember it. */
  readonly onChoose?: (language: Language) => void;
}

/** Two buttons, one pressed. */
export function LanguageSwitch({ long = false, onChoose = chooseLanguage }: LanguageSwitchProps) {
  const t = useText();
  const current = useLanguage();
  return (
    <div className="segmented" role="group" aria-label={t('app.language')}>
      {LANGUAGES.map(({ language, short, full }) => (
        <TouchButton key={language} lang={language} aria-label={long ? undefined : `${short} ${full}`} aria-pressed={language === current} onTap={() => onChoose(language)}>
          {long ? full : short}
        </TouchButton>
      ))}
    </div>
  );
}
