import { type RefObject, type SubmitEvent, useRef, useState } from 'react'
import { type MessageId, useLanguage } from '../i18n/index.tsx'
import { fieldErrors } from './errors.ts'

type Errors<Field extends string> = Partial<Record<Field, MessageId | undefined>>

interface FieldProps<Name extends string> {
  name: Name
  value: string
  error: string | null
  onChange: (event: { target: { value: string } }) => void
}

/** As much of a form as one of its fields needs. */
export type HasField<Name extends string> = Pick<Form<Name>, 'field'>

export interface Form<Field extends string> {
  values: Record<Field, string>
  set: (field: Field, value: string) => void
  /** What is wrong with a field, in words. */
  errorOf: (field: Field) => string | null
  /** What a field of text is given. */
  field: <Name extends Field>(name: Name) => FieldProps<Name>
  /** What went wrong with all of it. */
  failure: unknown
  busy: boolean
  /** Back to this, as if nobody had typed. */
  reset: (values: Record<Field, string>) => void
  props: {
    ref: RefObject<HTMLFormElement | null>
    onSubmit: (event: SubmitEvent) => void
    noValidate: true
  }
}

/**
 * A form whose fields are texts: looked at before it is sent, what the server says put to the field it is about, and the
 * first wrong field given the focus. Nothing typed goes away.
 */
export function useForm<Field extends string>(options: {
  initial: Record<Field, string>
  /** What to say of each field if the server does not take it; the fields' names are their JSON pointers. */
  texts: Record<Field, MessageId>
  check: (values: Record<Field, string>) => Errors<Field>
  send: (values: Record<Field, string>) => Promise<unknown>
}): Form<Field> {
  const { t } = useLanguage()
  const [values, setValues] = useState(options.initial)
  const [errors, setErrors] = useState<Errors<Field>>({})
  const [failure, setFailure] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const ref = useRef<HTMLFormElement>(null)

  function showErrors(found: Errors<Field>): boolean {
    setErrors(found)
    const first = (Object.keys(options.initial) as Field[]).find((field) => found[field] !== undefined)
    if (first === undefined) return false
    ref.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus()
    return true
  }

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (busy) return
    setFailure(null)
    if (showErrors(options.check(values))) return
    setBusy(true)
    try {
      await options.send(values)
    } catch (error) {
      if (!showErrors(fieldErrors(error, options.texts))) setFailure(error)
    } finally {
      setBusy(false)
    }
  }

  function set(field: Field, value: string): void {
    setValues((now) => ({ ...now, [field]: value }))
    setErrors((now) => (now[field] === undefined ? now : { ...now, [field]: undefined }))
  }

  function errorOf(field: Field): string | null {
    const id = errors[field]
    return id === undefined ? null : t(id)
  }

  return {
    values,
    set,
    errorOf,
    field: (name) => ({
      name,
      value: values[name],
      error: errorOf(name),
      onChange: ({ target }) => set(name, target.value),
    }),
    failure,
    busy,
    reset(next) {
      setValues(next)
      setErrors({})
      setFailure(null)
    },
    props: { ref, onSubmit: (event) => void submit(event), noValidate: true },
  }
}
