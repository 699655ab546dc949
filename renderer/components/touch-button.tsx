import type { ButtonHTMLAttributes, KeyboardEvent, ReactNode, Ref } from 'react';

interface TouchButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled' | 'type' | 'onClick'> {
  /** Shown pressed: its tap is under way. */
  readonly busy?: boolean;
  /** Cannot be used now. It stays focusable, so that a keyboard does not lose its place and the reason can be read. */
  readonly blocked?: boolean;
  readonly submit?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly onTap?: () => void;
  /** A tap that changes nothing may still deserve a word. */
  readonly onTapWhileBusy?: () => void;
  readonly children: ReactNode;
}

/** A button that ignores what is not a tap: repeats of a held key, and touches while it is busy or blocked. */
export function TouchButton({ busy = false, blocked = false, submit = false, onTap, onTapWhileBusy, children, ...rest }: TouchButtonProps) {
  const inert = busy || blocked;
  const dropRepeats = (event: KeyboardEvent): void => {
    if (event.repeat && (event.key === 'Enter' || event.key === ' ')) event.preventDefault();
  };
  return (
    <button
      {...rest}
      type={submit ? 'submit' : 'button'}
      data-state={busy ? 'busy' : blocked ? 'blocked' : 'ready'}
      aria-disabled={inert}
      aria-busy={busy}
      onKeyDown={dropRepeats}
      onClick={(event) => {
        if (inert) event.preventDefault();
        if (busy) onTapWhileBusy?.();
        else if (!blocked) onTap?.();
      }}
    >
      {children}
    </button>
  );
}
