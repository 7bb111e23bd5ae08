import type { ReactNode } from 'react'
import { useLanguage } from '../../i18n/index.tsx'

/** Who did something. Somebody who has left has no name any more. */
export function By({ who }: { who: { username: string } | null }): ReactNode {
  const { t } = useLanguage()
  return who && t('moderation.by', { name: who.username || t('moderation.nobody') })
}
