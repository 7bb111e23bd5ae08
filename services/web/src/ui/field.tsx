import { type ComponentProps, type ReactElement, type ReactNode, useId } from 'react'
import styles from './field.module.css'

interface Around {
  label: string
  hint?: ReactNode
  error?: string | null | undefined
}

/** A line of text with its name, what helps, and what is wrong. */
export function TextField({ label, hint, error, ...input }: ComponentProps<'input'> & Around): ReactElement {
  const id = useId()
  return (
    <Labelled id={id} label={label} hint={hint} error={error}>
      <input className={styles.input} id={id} {...describedBy(id, hint, error)} {...input} />
    </Labelled>
  )
}

export function TextArea({ label, hint, error, ...input }: ComponentProps<'textarea'> & Around): ReactElement {
  const id = useId()
  return (
    <Labelled id={id} label={label} hint={hint} error={error}>
      <textarea className={`${styles.input} ${styles.area}`} id={id} {...describedBy(id, hint, error)} {...input} />
    </Labelled>
  )
}

/** One of a few, by the browser's own list. */
export function SelectField({ label, hint, error, ...select }: ComponentProps<'select'> & Around): ReactElement {
  const id = useId()
  return (
    <Labelled id={id} label={label} hint={hint} error={error}>
      <select className={styles.input} id={id} {...describedBy(id, hint, error)} {...select} />
    </Labelled>
  )
}

function describedBy(id: string, hint: ReactNode, error: Around['error']) {
  const ids = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')
  return { 'aria-invalid': error ? true : undefined, 'aria-describedby': ids === '' ? undefined : ids }
}

function Labelled({ id, label, hint, error, children }: Around & { id: string; children: ReactNode }): ReactElement {
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {children}
      {error && (
        <p className={styles.error} id={`${id}-error`}>
          {error}
        </p>
      )}
      {hint && (
        <p className={styles.hint} id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** Above a form: what went wrong with all of it. */
export function FormError({ children }: { children: ReactNode }): ReactElement {
  return (
    <div className={styles.formError} role="alert">
      {children}
    </div>
  )
}
