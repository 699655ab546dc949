import type { LucideIcon } from 'lucide-react';

export interface KeyCap {
  /** What the key does; of one that types, its character. */
  readonly id: string;
  /** What stands on it, where it is not the id. */
  readonly label?: string;
  readonly icon?: LucideIcon;
  /** What a screen reader says where the key shows a picture. */
  readonly name?: string;
  /** Columns of the grid it takes. */
  readonly span: number;
  /** Columns left free before it. */
  readonly offset?: number;
  readonly pressed?: boolean;
}

interface TouchKeyboardProps {
  readonly name: string;
  readonly shape: 'letters' | 'digits';
  readonly rows: readonly (readonly KeyCap[])[];
  readonly onKey: (id: string) => void;
}

/**
 * Keys for fingers. They act when they are touched, not when they are let go: two thumbs overlap. The field keeps the focus, and whoever
 * has a keyboard types into it, in other scripts by the input method of the machine; so these keys are no stops of the Tab key: forty of
 * them would stand between the field and what comes after it.
 */
export function TouchKeyboard({ name, shape, rows, onKey }: TouchKeyboardProps) {
  return (
    <div className="touch-keys" data-shape={shape} role="group" aria-label={name}>
      {rows.flatMap((row, index) =>
        row.map(({ id, label, icon: Icon, name: spoken, span, offset = 0, pressed }, place) => (
          <button
            key={`${index} ${place}`}
            type="button"
            tabIndex={-1}
            className={Icon === undefined && id.length === 1 ? 'touch-key' : 'touch-key touch-key-control'}
            style={{ gridColumn: place === 0 ? `${offset + 1} / span ${span}` : `span ${span}`, gridRow: index + 1 }}
            data-testid={`key-${id}`}
            aria-label={spoken}
            aria-pressed={pressed}
            onMouseDown={(event) => event.preventDefault()}
            onPointerDown={(event) => (event.button === 0 ? onKey(id) : undefined)}
            // Screen readers press without a pointer.
            onClick={(event) => (event.detail === 0 ? onKey(id) : undefined)}
          >
            {Icon === undefined ? (label ?? id) : <Icon aria-hidden="true" />}
          </button>
        )),
      )}
    </div>
  );
}
