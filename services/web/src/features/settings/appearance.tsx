import type { ReactElement } from 'react'
import { chooseTheme, useTheme } from '../../app/theme.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Choices } from './choices.tsx'
import styles from './section.module.css'

export function AppearanceSettings(): ReactElement {
  const { t } = useLanguage()
  const theme = useTheme()
  return (
    <>
      <Choices
        legend={t('settings.appearance')}
        value={theme}
        onChange={chooseTheme}
        choices={[
          { value: 'system', label: t('settings.themeSystem'), hint: t('settings.themeSystemHint') },
          { value: 'light', label: t('settings.themeLight'), hint: t('settings.themeLightHint') },
          { value: 'dark', label: t('settings.themeDark'), hint: t('settings.themeDarkHint') },
        ]}
      />
      <p className={styles.intro}>{t('settings.contrast')}</p>
    </>
  )
}
