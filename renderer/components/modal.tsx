import { X } from 'lucide-react';
import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { useAllText } from '../i18n/i18n.ts';
import { openDialog } from '../store.ts';
import { TouchButton } from './touch-button.tsx';

/** A tap beside the dialog closes it like Escape does. */
const LIGHT_DISMISS = { closedby: 'any' } as const;
const FIRST = 'data-first-focus';

/**
 * Gives an element of a dialog the focus when it appears. The autofocus of React comes before the dialog opens, and the
 * browser then hands the focus to the first button.
 */
export const firstFocus = {
  [FIRST]: true,
  ref: (element: HTMLElement | null): void => {
    if (element?.closest('dialog')?.open === true) element.focus();
  },
};

const closeDialog = (): void => openDialog('none');

interface ModalProps {
  readonly title: string;
  /** sheet: along the right edge, full height. */
  readonly shape: 'card' | 'sheet';
  readonly onClose?: () => void;
  readonly children: ReactNode;
}

/** A native dialog: the browser keeps the focus inside, closes on Escape, and gives the focus back. */
export function Modal({ title, shape, onClose = closeDialog, children }: ModalProps) {
  const t = useAllText();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // A layout effect: once the element has left the page, closing it no longer gives the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>(`[${FIRST}]`)?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`modal modal-${shape}`}
      aria-labelledby={titleId}
      {...LIGHT_DISMISS}
      onCancel={onClose}
    >
      <div className="modal-body">
        <div className="modal-head">
          <h2 id={titleId}>{title}</h2>
          <TouchButton className="icon-button" aria-label={t('common.close')} data-testid="close" onTap={onClose}>
            <X aria-hidden="true" />
          </TouchButton>
        </div>
        {children}
      </div>
    </dialog>
  );
}
