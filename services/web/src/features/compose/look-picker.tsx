import { type ReactElement, useId, useMemo } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import type { Crop } from './crop.ts'
import type { Preview } from './darkroom.ts'
import { PrintCanvas } from './print-canvas.tsx'
import { type Look, processes, type ProcessName } from './processes.ts'
import { Slider } from './slider.tsx'
import styles from './photo-editor.module.css'

const names = [null, ...(Object.keys(processes) as ProcessName[])]

/** The processes, each on the picture itself, and how much of the one that is chosen. */
export function LookPicker({
  preview,
  crop,
  look,
  onChange,
}: {
  preview: Preview
  crop: Crop
  look: Look | null
  onChange: (look: Look | null) => void
}): ReactElement {
  const { t } = useLanguage()
  const id = useId()
  // A piece of the picture without its lean: what counts is the colour.
  const samples = useMemo(
    () =>
      names.map((process) => ({
        process,
        edit: { crop: { ...crop, aspect: 1, angle: 0 }, look: process && { process, strength: 1 } },
      })),
    [crop],
  )
  return (
    <>
      <fieldset className={styles.looks}>
        <legend className="visually-hidden">{t('look.name')}</legend>
        {samples.map(({ process, edit }) => (
          <label key={process ?? 'none'} className={styles.look}>
            <input
              type="radio"
              className="visually-hidden"
              name={`${id}-look`}
              checked={(look?.process ?? null) === process}
              onChange={() => onChange(process && { process, strength: look?.strength || 1 })}
            />
            <span className={styles.sample}>
              <PrintCanvas preview={preview} edit={edit} label="" fit="cover" />
            </span>
            {t(`look.${process ?? 'none'}`)}
          </label>
        ))}
      </fieldset>
      {look && (
        <Slider
          label={t('look.strength')}
          min={0}
          max={1}
          step={0.05}
          value={look.strength}
          shown={t('look.percent', { percent: Math.round(look.strength * 100) })}
          onChange={(strength) => onChange({ ...look, strength })}
        />
      )}
    </>
  )
}
