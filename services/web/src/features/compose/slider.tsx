import { type ReactElement, useId } from 'react'
import styles from './slider.module.css'

/** A value between two others, with its name before and itself behind. */
export function Slider({
  label,
  min,
  max,
  step,
  value,
  shown,
  disabled = false,
  onChange,
}: {
  label: string
  min: number
  max: number
  step: number
  value: number
  /** In words. */
  shown: string
  disabled?: boolean
  onChange: (value: number) => void
}): ReactElement {
  const id = useId()
  return (
    <div className={styles.slider}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        disabled={disabled}
        aria-valuetext={shown}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
      <output htmlFor={id} className={styles.shown} aria-hidden="true">
        <bdi>{shown}</bdi>
      </output>
    </div>
  )
}
