import { ArrowBigUp, Delete } from 'lucide-react';
import { useState } from 'react';
import { useAllText } from '../i18n/i18n.ts';
import { useLanguage } from '../store.ts';
import { lettersOf, type Script } from './keyboard-layouts.ts';
import { TouchKeyboard, type KeyCap } from './touch-keyboard.tsx';

interface LetterKeysProps {
  readonly onCharacter: (character: string) => void;
  readonly onDelete: () => void;
}

/** Hangul, Latin letters and digits, for names. It begins in the script of the screen's language. */
export function LetterKeys({ onCharacter, onDelete }: LetterKeysProps) {
  const t = useAllText();
  const language = useLanguage();
  const [script, setScript] = useState<Script>(language === 'ko' ? 'hangul' : 'latin');
  const [isShifted, setShifted] = useState(false);
  const [upper = [], middle = [], lower = []] = lettersOf(script, isShifted);
  const keys = (characters: readonly string[], offset = 0): KeyCap[] => characters.map((id) => ({ id, span: 2, offset }));
  const other: Script = script === 'hangul' ? 'latin' : 'hangul';
  const rows: readonly (readonly KeyCap[])[] = [
    keys([...'1234567890']),
    keys(upper),
    keys(middle, 1),
    [{ id: 'shift', icon: ArrowBigUp, name: t('keys.shift'), span: 3, pressed: isShifted }, ...keys(lower), { id: 'delete', icon: Delete, name: t('keys.delete'), span: 3 }],
    [{ id: 'script', label: t(`keys.${other}`), span: 5 }, { id: ' ', label: t('keys.space'), span: 11 }, { id: '-', span: 2 }, { id: '.', span: 2 }],
  ];
  const press = (id: string): void => {
    if (id === 'shift') setShifted(!isShifted);
    else if (id === 'script') setScript(other);
    else if (id === 'delete') onDelete();
    else onCharacter(id);
    // Shift is for one character.
    if (id !== 'shift') setShifted(false);
  };
  return <TouchKeyboard name={t('keys.name')} shape="letters" rows={rows} onKey={press} />;
}
