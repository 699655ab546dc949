import type { LucideIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { uncover } from '../actions.ts';
import { openMenu } from '../store.ts';
import { firstFocus } from './modal.tsx';
import { TouchButton } from './touch-button.tsx';

export interface MenuItem {
  readonly id: string;
  readonly icon: LucideIcon;
  readonly label: string;
  /** What it does, in a sentence for somebody's first day. */
  readonly hint?: string;
  /** Why it cannot be done now. */
  readonly block?: string | null;
  /** The menu stays: the item asks for more. */
  readonly stays?: boolean;
  readonly run: () => void;
}

/** The second touch of a double tap lands on what has just appeared. */
const SETTLING_MS = 400;

/**
 * Whether what a touch hits has been there long enough to be meant, from the frame in which it can be seen: on a slow machine that comes late.
 * Of a component that appears anew with what it shows.
 */
export function useSettled(): () => boolean {
  const shownAtMs = useRef(Infinity);
  useEffect(() => {
    const frame = requestAnimationFrame(() => void (shownAtMs.current = performance.now()));
    return () => cancelAnimationFrame(frame);
  }, []);
  return () => performance.now() - shownAtMs.current >= SETTLING_MS;
}

/** Large items, one under the other or in two columns. Done, the menu closes. */
export function MenuList({ items }: { readonly items: readonly MenuItem[] }) {
  const isSettled = useSettled();
  const choose = (item: MenuItem): void => {
    if (!isSettled()) return;
    item.run();
    if (item.stays === true) return;
    uncover();
    openMenu(null);
  };
  return (
    <ul className="menu-list" data-arrow-keys>
      {items.map((item, index) => (
        <li key={item.id}>
          <Item item={item} isFirst={index === 0} onTap={() => choose(item)} />
        </li>
      ))}
    </ul>
  );
}

function Item({ item, isFirst, onTap }: { readonly item: MenuItem; readonly isFirst: boolean; readonly onTap: () => void }) {
  const { icon: Icon, block = null } = item;
  const note = block ?? item.hint ?? null;
  return (
    <TouchButton {...(isFirst ? firstFocus : {})} className="menu-item" data-testid={`do-${item.id}`} blocked={block !== null} onTap={onTap}>
      <Icon aria-hidden="true" />
      <span className="menu-words">
        <span>{item.label}</span>
        {note === null ? null : <span className="menu-hint">{note}</span>}
      </span>
    </TouchButton>
  );
}
