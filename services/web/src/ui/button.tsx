import { type ComponentProps, type ReactElement } from 'react'
import { Icon, type IconName } from './icon.tsx'
import styles from './button.module.css'

type Look = 'primary' | 'quiet' | 'danger'

export function buttonClass(look: Look = 'quiet'): string {
  return `${styles.button} ${styles[look]}`
}

/** In a line of text, where a button would be too loud. */
export const textButtonClass = styles.textButton

export function Button({
  look = 'quiet',
  busy = false,
  className,
  ...rest
}: ComponentProps<'button'> & { look?: Look; busy?: boolean }): ReactElement {
  return (
    <button
      type="button"
      {...rest}
      className={`${buttonClass(look)} ${className ?? ''}`}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
    />
  )
}

/** A picture with a name: seen by who hears, and by who points at it for a moment. */
export function IconButton({
  icon,
  label,
  filled = false,
  className,
  ...rest
}: Omit<ComponentProps<'button'>, 'children'> & { icon: IconName; label: string; filled?: boolean }): ReactElement {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`${styles.iconButton} ${className ?? ''}`}
    >
      <Icon name={icon} filled={filled} />
    </button>
  )
}
