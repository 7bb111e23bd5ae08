import type { ReactElement } from 'react'
import type { AnyPerson } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Notice } from '../../ui/notice.tsx'

/** In place of what somebody shows others, or would: why the viewer sees none of it. */
export function HiddenPosts({ person }: { person: AnyPerson }): ReactElement {
  const { t } = useLanguage()
  const values = { name: person.displayName }
  if (person.viewer?.blocked) {
    return <Notice title={t('privacy.youBlock', values)}>{t('privacy.youBlockText')}</Notice>
  }
  return (
    <Notice title={t('privacy.isPrivate')}>
      {t(person.viewer?.requested ? 'privacy.isPrivateAsked' : 'privacy.isPrivateText', values)}
    </Notice>
  )
}
