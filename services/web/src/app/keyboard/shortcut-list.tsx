import { type ReactElement, useState } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Switch } from '../../ui/switch.tsx'
import { shortcuts } from './keys.ts'
import styles from './shortcut-list.module.css'
import { areShortcutsOn, switchShortcuts } from './switch.ts'

/** What each key does, and a switch for all of them. */
export function ShortcutList(): ReactElement {
  const { t } = useLanguage()
  const [isOn, setOn] = useState(areShortcutsOn)
  return (
    <>
      <dl className={styles.list}>
        {shortcuts.map(({ keys, text }) => (
          <div key={keys} className={styles.row}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key} className={styles.key}>
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
      <Switch
        label={t('keyboard.on')}
        hint={t('keyboard.onHint')}
        checked={isOn}
        onChange={(on) => {
          switchShortcuts(on)
          setOn(on)
        }}
      />
    </>
  )
}
