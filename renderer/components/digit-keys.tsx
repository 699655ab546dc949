import { Delete } from 'lucide-react';
import { useAllText } from '../i18n/i18n.ts';
import { TouchKeyboard, type KeyCap } from './touch-keyboard.tsx';

/** How nearly every number of a mobile phone in Korea begins. */
const MOBILE = '010';

interface DigitKeysProps {
  readonly onDigits: (digits: string) => void;
  readonly onDelete: () => void;
}

/** Digits as on a telephone. */
export function DigitKeys({ onDigits, onDelete }: DigitKeysProps) {
  const t = useAllText();
  const keys = (digits: string): KeyCap[] => [...digits].map((id) => ({ id, span: 1 }));
  const rows: readonly (readonly KeyCap[])[] = [
    keys('123'),
    keys('456'),
    keys('789'),
    [{ id: MOBILE, span: 1 }, ...keys('0'), { id: 'delete', icon: Delete, name: t('keys.delete'), span: 1 }],
  ];
  return <TouchKeyboard name={t('keys.name')} shape="digits" rows={rows} onKey={(id) => (id === 'delete' ? onDelete() : onDigits(id))} />;
}
