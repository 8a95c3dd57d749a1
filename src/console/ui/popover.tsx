import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

interface PopoverProps {
  readonly label: string;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A button that opens a small panel below it. Escape and a click elsewhere close it. */
export function Popover({ label, children, className = '' }: PopoverProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const ref = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const handleOutside = (event: Event): void => {
      if (event.target instanceof Node && !ref.current?.contains(event.target)) setOpen(false);
    };
    const handleKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', handleOutside);
    document.addEventListener('focusin', handleOutside);
    document.addEventListener('keydown', handleKey);
    return () => {
      document.removeEventListener('pointerdown', handleOutside);
      document.removeEventListener('focusin', handleOutside);
      document.removeEventListener('keydown', handleKey);
    };
  }, [isOpen]);
  return (
    <div className={`popover ${className}`} ref={ref}>
      <button
        type="button"
        ref={button}
        className="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        {label} <span aria-hidden="true">▾</span>
      </button>
      {isOpen && (
        <div className="popover-panel" id={id}>
          {children}
        </div>
      )}
    </div>
  );
}
