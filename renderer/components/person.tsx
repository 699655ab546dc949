import type { Person } from '../../shared/snapshot.ts';
import { useText } from '../i18n/i18n.ts';
import { displayName } from '../i18n/words.ts';

/** From here a name is set smaller, so that its row stays a row. */
const LONG_NAME_CHARS = 20;

/** Name and short number. Names are any script and wrap rather than end in dots: two visitors may differ in the last word. */
export function PersonLine({ person }: { readonly person: Person }) {
  const t = useText();
  return (
    <span className="person">
      <bdi className="person-name" dir="auto" data-long={[...person.name].length > LONG_NAME_CHARS}>
        {displayName(t, person)}
      </bdi>
      {person.number === null ? null : <span className="person-number">{t('person.number', { number: String(person.number) })}</span>}
    </span>
  );
}
