import { withLaterWords } from '../i18n/i18n.ts';
import { later } from './later.tsx';

/** Opens a menu; there a moment after the board. */
export const OpenMenu = later(async () => (await withLaterWords(import('./menu-opener.tsx'))).MenuOpener);
