import { type ReactElement, useState } from 'react'
import { FormFailure } from '../../app/failure.tsx'
import { activate, useLanguage } from '../../i18n/index.tsx'
import { chooseLocale, chosenLocale, locales, preferredLocale, pseudoLocale } from '../../i18n/locales.ts'
import { Choices } from './choices.tsx'

export function LanguageSettings(): ReactElement {
  const { t } = useLanguage()
  const [chosen, setChosen] = useState(() => chosenLocale() ?? '')
  const [failure, setFailure] = useState<unknown>(null)
  // Who asked for the test language by the address can see that it is on, and leave it.
  const [hasPseudo] = useState(() => chosenLocale() === pseudoLocale)

  async function choose(locale: string): Promise<void> {
    const before = chosen
    setChosen(locale)
    setFailure(null)
    try {
      await activate(locale === '' ? preferredLocale() : locale)
      chooseLocale(locale === '' ? null : locale)
    } catch (error) {
      setChosen(before)
      setFailure(error)
    }
  }

  return (
    <>
      <FormFailure error={failure} />
      <Choices
        legend={t('settings.language')}
        value={chosen}
        onChange={(locale) => void choose(locale)}
        choices={[
          { value: '', label: t('settings.languageSystem'), hint: t('settings.languageSystemHint') },
          ...Object.entries(locales).map(([value, label]) => ({ value, label, lang: value })),
          ...(hasPseudo ? [{ value: pseudoLocale, label: pseudoLocale }] : []),
        ]}
      />
    </>
  )
}
