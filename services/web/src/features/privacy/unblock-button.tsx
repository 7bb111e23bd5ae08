import type { ReactElement } from 'react'
import type { AnyPerson } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { useBlock } from './block.ts'

/** In place of the button to follow, of somebody whom the viewer blocks. */
export function UnblockButton({ person }: { person: AnyPerson }): ReactElement {
  const { t } = useLanguage()
  const block = useBlock(person)
  return (
    <Button
      aria-label={`${t('privacy.unblock')}: ${person.displayName}`}
      busy={block.isPending}
      onClick={() => block.mutate(false)}
    >
      {t('privacy.unblock')}
    </Button>
  )
}
