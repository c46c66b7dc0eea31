import { type ButtonHTMLAttributes, type ReactNode, useEffect, useRef } from "react";
import "./controls.css";

type Look = "primary" | "danger" | "quiet";

export function Button({
  look,
  className,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look | undefined }) {
  return <button type="button" className={`button ${look ? `button-${look}` : ""} ${className ?? ""}`} {...rest} />;
}

/** A labelled form field. */
export function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children.
    <label className="field">
      <span>{label}</span>
      {children}
    </label>
  );
}

/** A modal dialog: the browser's own, so that focus and Escape work. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-label={title} onCancel={onClose} onClose={onClose}>
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}

interface ConfirmationProps {
  readonly title: string;
  /** What it destroys. */
  readonly question: string | undefined;
  /** Of the button that does it. */
  readonly verb: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is destroyed. */
export function Confirmation({ title, question, verb, onConfirm, onClose }: ConfirmationProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{question}</p>
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          look="danger"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {verb}
        </Button>
      </div>
    </Dialog>
  );
}
