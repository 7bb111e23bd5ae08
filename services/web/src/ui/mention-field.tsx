import type { components } from '@daguerre/client'
import { keepPreviousData, queryOptions, skipToken, useQuery } from '@tanstack/react-query'
import { type ComponentProps, type ReactElement, useEffect, useId, useImperativeHandle, useRef, useState } from 'react'
import { client } from '../app/client.ts'
import { useDebounced } from '../app/use-debounced.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Avatar } from './avatar.tsx'
import { type Begun, begunAt, completionOf, lengthOf } from './completion.ts'
import field from './field.module.css'
import styles from './mention-field.module.css'

type Person = components['schemas']['PersonInList']
type Tag = components['schemas']['TagCount']
type Choice = { word: string; person: Person | null; tag: Tag | null }

interface MentionFieldProps extends Omit<
  ComponentProps<'textarea'>,
  'value' | 'onChange' | 'maxLength' | 'ref' | 'children' | 'onSubmit'
> {
  label: string
  /** The label is heard, not seen: where a placeholder or what is around says what it is. */
  isLabelHidden?: boolean
  value: string
  onChange: (value: string) => void
  /** In code points, as the server counts. More can be typed, and is told: nothing is cut off. */
  maxLength: number
  /** `near`: the counter comes when a tenth is left. */
  counter?: 'always' | 'near'
  /** As tall as what is in it, and no taller than some lines. */
  grows?: boolean
  hint?: string | undefined
  error?: string | null | undefined
  /** Called by Ctrl+Enter, Cmd+Enter; by Enter too where `enterSubmits`. */
  onSubmit?: () => void
  enterSubmits?: boolean
  ref?: React.Ref<HTMLTextAreaElement>
}

const most = 6
const pauseMs = 150

/** A text of several lines that offers people after an @ and hashtags after a #. */
export function MentionField({
  label,
  isLabelHidden = false,
  value,
  onChange,
  maxLength,
  counter = 'near',
  grows = false,
  hint,
  error,
  onSubmit,
  enterSubmits = false,
  ref,
  className,
  ...rest
}: MentionFieldProps): ReactElement {
  const { t, number } = useLanguage()
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  useImperativeHandle(ref, () => area.current!)
  const [begun, setBegun] = useState<Begun | null>(null)
  const [active, setActive] = useState(0)
  const [isAbove, setAbove] = useState(false)
  const asked = useDebounced(begun && begun.text !== '' ? `${begun.sign}${begun.text}` : '', pauseMs)
  const { data } = useQuery(completions(asked))
  const choices = begun && begun.text !== '' && asked !== '' ? choicesOf(data, begun) : []
  const isOpen = choices.length > 0

  const length = lengthOf(value)
  const left = maxLength - length
  const tooLong = left < 0 ? t('mention.tooLong', { count: -left }) : null
  const isCounted = counter === 'always' || left <= maxLength / 10
  const wrong = error ?? tooLong
  const describedBy = [wrong && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')

  useEffect(() => {
    const element = area.current
    if (!isOpen || !element) return
    const { top, bottom } = element.getBoundingClientRect()
    const height = visualViewport?.height ?? innerHeight
    setAbove(height - bottom < 280 && top > height - bottom)
  }, [isOpen])

  function look(): void {
    const element = area.current
    if (!element) return
    const { selectionStart, selectionEnd } = element
    const found = selectionStart === selectionEnd ? begunAt(element.value, selectionStart) : null
    if (found?.text === begun?.text && found?.start === begun?.start) return
    setBegun(found)
    setActive(0)
  }

  function choose({ word }: Choice): void {
    const element = area.current
    if (!element || !begun) return
    const text = completionOf(element.value, begun, word)
    element.focus()
    element.setSelectionRange(begun.start, begun.end)
    // Old, but the one way to change a text that can be undone.
    if (!document.execCommand('insertText', false, text)) {
      element.setRangeText(text, begun.start, begun.end, 'end')
      onChange(element.value)
    }
    setBegun(null)
  }

  function onKeyDown(event: React.KeyboardEvent<HTMLTextAreaElement>): void {
    rest.onKeyDown?.(event)
    if (event.defaultPrevented || event.nativeEvent.isComposing) return
    if (isOpen) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      const choice = choices[active]
      if (step !== undefined) setActive((active + step + choices.length) % choices.length)
      else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && choice) choose(choice)
      else if (event.key === 'Escape') {
        // A dialog around it stays open.
        event.stopPropagation()
        setBegun(null)
      } else return
      event.preventDefault()
      return
    }
    if (event.key !== 'Enter' || !onSubmit) return
    if (event.ctrlKey || event.metaKey || (enterSubmits && !event.shiftKey)) {
      event.preventDefault()
      onSubmit()
    }
  }

  return (
    <div className={field.field}>
      <label className={isLabelHidden ? 'visually-hidden' : field.label} htmlFor={id}>
        {label}
      </label>
      <div className={styles.around}>
        <textarea
          rows={4}
          autoCapitalize="sentences"
          {...rest}
          ref={area}
          id={id}
          dir="auto"
          className={`${field.input} ${field.area} ${grows ? styles.grows : ''} ${className ?? ''}`}
          value={value}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={describedBy === '' ? undefined : describedBy}
          aria-autocomplete="list"
          aria-controls={isOpen ? `${id}-list` : undefined}
          aria-activedescendant={isOpen ? `${id}-${active}` : undefined}
          onChange={(event) => {
            onChange(event.target.value)
            look()
          }}
          onSelect={look}
          onKeyDown={onKeyDown}
          onBlur={(event) => {
            setBegun(null)
            rest.onBlur?.(event)
          }}
        />
        {isOpen && (
          <div
            id={`${id}-list`}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a datalist completes a whole field, not a word in it
            role="listbox"
            aria-label={t(begun?.sign === '#' ? 'mention.tags' : 'mention.people')}
            className={`${styles.list} ${isAbove ? styles.above : ''}`}
          >
            {choices.map((choice, index) => (
              <div
                key={choice.word}
                id={`${id}-${index}`}
                // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- as above
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                className={styles.option}
                // The focus stays in the text.
                onPointerDown={(event) => event.preventDefault()}
                onPointerEnter={() => setActive(index)}
                onClick={() => choose(choice)}
                onKeyDown={undefined}
              >
                <Offered choice={choice} />
              </div>
            ))}
          </div>
        )}
      </div>
      <div className={styles.below}>
        <div>
          {wrong && (
            <p className={field.error} id={`${id}-error`}>
              {wrong}
            </p>
          )}
          {hint && (
            <p className={field.hint} id={`${id}-hint`}>
              {hint}
            </p>
          )}
        </div>
        {isCounted && (
          <p className={`${styles.counter} ${left < 0 ? styles.over : ''}`}>
            <span aria-hidden="true" dir="ltr">
              {number(length)} / {number(maxLength)}
            </span>
            <span className="visually-hidden">{t('mention.left', { count: Math.max(0, left) })}</span>
          </p>
        )}
      </div>
      <p className="visually-hidden" aria-live="polite">
        {isOpen && t('mention.found', { count: choices.length })}
      </p>
    </div>
  )
}

function Offered({ choice: { word, person, tag } }: { choice: Choice }): ReactElement {
  const { t, compact } = useLanguage()
  if (person) {
    return (
      <>
        <Avatar person={person} size="m" />
        <span className={styles.names}>
          <bdi className={styles.name}>{person.displayName}</bdi>
          <bdi className={styles.side}>@{word}</bdi>
        </span>
      </>
    )
  }
  return (
    <span className={styles.names}>
      <bdi className={styles.name}>#{word}</bdi>
      <span className={styles.side}>
        {t('mention.posts', { count: tag?.posts ?? 0, shown: compact(tag?.posts ?? 0) })}
      </span>
    </span>
  )
}

function completions(asked: string) {
  return queryOptions({
    queryKey: ['search', 'complete', asked],
    queryFn:
      asked === ''
        ? skipToken
        : ({ signal }) => client.get('/api/v1/search', { params: { query: { q: asked, limit: most } }, signal }),
    staleTime: 60_000,
    // What was offered stays until there is something better: the list does not flicker while somebody types.
    placeholderData: keepPreviousData,
  })
}

/** What fits what is being typed by now: an answer may be about fewer letters. */
function choicesOf(data: components['schemas']['SearchResults'] | undefined, { sign, text }: Begun): Choice[] {
  if (!data) return []
  const typed = text.toLowerCase()
  const choices: Choice[] =
    sign === '@'
      ? data.people.map((person) => ({ word: person.username, person, tag: null }))
      : data.tags.map((tag) => ({ word: tag.tag, person: null, tag }))
  return choices.filter(({ word }) => word !== typed).slice(0, most)
}
