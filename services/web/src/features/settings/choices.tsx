import { type ReactElement, useId } from 'react'
import styles from './section.module.css'

export interface Choice<Value extends string> {
  value: Value
  label: string
  hint?: string
  /** Of the label, where it is not the page's. */
  lang?: string
}

/** One of a few, at once. */
export function Choices<Value extends string>(props: {
  legend: string
  /** Where the page's title does not say it. */
  showsLegend?: boolean
  choices: readonly Choice<Value>[]
  value: Value
  onChange: (value: Value) => void
}): ReactElement {
  const name = useId()
  return (
    <fieldset className={styles.group}>
      <legend className={props.showsLegend ? undefined : 'visually-hidden'}>{props.legend}</legend>
      <div className={styles.rows}>
        {props.choices.map(({ value, label, hint, lang }) => (
          <label key={value} className={styles.choice}>
            <input type="radio" name={name} checked={props.value === value} onChange={() => props.onChange(value)} />
            <span>
              <span lang={lang}>{label}</span>
              {hint !== undefined && <span className={styles.hint}>{hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
