import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react'
import { useLanguage } from '../i18n/index.tsx'
import { IconButton } from './button.tsx'
import styles from './dialog.module.css'

/**
 * The browser's own dialog: it keeps the focus, closes on Escape, hides what is behind it from everybody and gives the focus
 * back. Shown as long as it is rendered.
 */
export function Dialog({
  title,
  onClose,
  children,
  stays = false,
  wide = false,
}: {
  title: string
  onClose: () => void
  children: ReactNode
  /** No way out but through what is in it. */
  stays?: boolean
  /** As wide as there is room: for work on a picture. */
  wide?: boolean
}): ReactElement {
  const { t } = useLanguage()
  const id = useId()
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    if (dialog && !dialog.open) dialog.showModal()
    return () => dialog?.close()
  }, [])
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- Escape is the key for it
    <dialog
      ref={ref}
      className={`${styles.dialog} ${wide ? styles.wide : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        if (!stays) onClose()
      }}
      onClick={(event) => {
        if (event.target === ref.current && !stays) onClose()
      }}
    >
      <div className={styles.inside}>
        <header className={styles.head}>
          <h2 id={id}>{title}</h2>
          {!stays && <IconButton icon="close" label={t('action.close')} onClick={onClose} />}
        </header>
        {children}
      </div>
    </dialog>
  )
}

/** What can be done with something, as a list of large buttons: a sheet from below on a phone. */
export function Actions({ children }: { children: ReactNode }): ReactElement {
  return <div className={styles.actions}>{children}</div>
}

export function Action({
  onClick,
  danger = false,
  children,
}: {
  onClick: () => void
  danger?: boolean
  children: ReactNode
}): ReactElement {
  return (
    <button type="button" className={`${styles.action} ${danger ? styles.danger : ''}`} onClick={onClick}>
      {children}
    </button>
  )
}

/** Asks once more. The safe answer has the focus. */
export function Confirm(props: {
  title: string
  text: string
  yes: string
  onYes: () => void
  onClose: () => void
}): ReactElement {
  const { t } = useLanguage()
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <p className={styles.text}>{props.text}</p>
      <Actions>
        <Action onClick={props.onClose}>{t('action.cancel')}</Action>
        <Action danger onClick={props.onYes}>
          {props.yes}
        </Action>
      </Actions>
    </Dialog>
  )
}
