import { TouchButton } from './touch-button.tsx';

interface ToggleProps {
  readonly label: string;
  readonly detail: string;
  readonly on: boolean;
  readonly busy?: boolean;
  readonly testId: string;
  readonly onTap: () => void;
}

/** A switch that says in words what it is set to. */
export function Toggle({ label, detail, on, busy = false, testId, onTap }: ToggleProps) {
  return (
    <TouchButton className="toggle" role="switch" aria-checked={on} busy={busy} data-testid={testId} onTap={onTap}>
      <span className="toggle-words">
        <span>{label}</span>
        <span className="muted">{detail}</span>
      </span>
      <span className="toggle-track" aria-hidden="true" />
    </TouchButton>
  );
}
