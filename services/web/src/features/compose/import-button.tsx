import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { client } from '../../app/client.ts'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { Imported } from './import-photo.ts'

const ImportDialog = lazyPart(() => import('./import-dialog.tsx').then(({ ImportDialog }) => ImportDialog))

/** A way to photos that lie elsewhere, if this server fetches any. */
export function ImportButton({ onImported }: { onImported: (imported: Imported) => void }): ReactElement | null {
  const { t } = useLanguage()
  const [isOpen, setOpen] = useState(false)
  const { data } = useQuery({
    queryKey: ['media-import'],
    queryFn: ({ signal }) => client.get('/api/v1/media/import', { signal }),
    staleTime: Infinity,
  })
  if (!data?.enabled) return null
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Icon name="link" />
        {t('compose.fromWeb')}
      </Button>
      {isOpen && <ImportDialog onClose={() => setOpen(false)} onImported={onImported} />}
    </>
  )
}
