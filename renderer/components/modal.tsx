import { X } from 'lucide-react';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useText } from '../i18n/i18n.ts';
import { openDialog } from '../store.ts';
import { TouchButton } from './touch-button.tsx';

interface ModalProps {
  readonly title: string;
  /** sheet: along the right edge, full height. */
  readonly shape: 'card' | 'sheet';
  readonly children: ReactNode;
}

/** A native dialog: the browser keeps the focus inside, closes on Escape, and gives the focus back. */
export function Modal({ title, shape, children }: ModalProps) {
  const t = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element !== null && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`modal modal-${shape}`}
      aria-labelledby={titleId}
      onCancel={() => openDialog('none')}
      onClick={(event) => {
        if (event.target === dialog.current) openDialog('none');
      }}
    >
      <div className="modal-body">
        <div className="modal-head">
          <h2 id={titleId}>{title}</h2>
          <TouchButton className="icon-button" aria-label={t('common.close')} data-testid="close" onTap={() => openDialog('none')}>
            <X aria-hidden="true" />
          </TouchButton>
        </div>
        {children}
      </div>
    </dialog>
  );
}
