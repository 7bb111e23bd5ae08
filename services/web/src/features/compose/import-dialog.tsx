import { ApiError } from '@daguerre/client'
import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { describe } from '../../app/errors.ts'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { type Imported, importPhoto, NotImported } from './import-photo.ts'
import { refusalWords } from './refusal-words.ts'
import styles from './import.module.css'

/** Asks for the address of a photo, and waits until the server has it. Closed before, nothing comes of it. */
export function ImportDialog({
  onClose,
  onImported,
}: {
  onClose: () => void
  onImported: (imported: Imported) => void
}): ReactElement {
  const { t } = useLanguage()
  const [url, setUrl] = useState('')
  const leaving = useRef(new AbortController())
  useEffect(() => {
    const controller = new AbortController()
    leaving.current = controller
    return () => controller.abort()
  }, [])
  const fetching = useMutation({
    mutationFn: () => importPhoto(url.trim(), leaving.current.signal),
    onSuccess(imported) {
      onImported(imported)
      onClose()
    },
  })
  function wrong(): string | null {
    const { error } = fetching
    if (error === null) return null
    if (error instanceof NotImported) return t(words[error.reason ?? ''] ?? refusalWords(`photo.${error.reason}`))
    if (error instanceof ApiError && error.status === 422) return t('import.url_refused')
    const { id, values } = describe(error)
    return t(id, values)
  }
  return (
    <Dialog title={t('import.title')} onClose={onClose}>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (!fetching.isPending) fetching.mutate()
        }}
      >
        <TextField
          label={t('import.url')}
          hint={t('import.hint')}
          error={wrong()}
          type="url"
          inputMode="url"
          autoComplete="off"
          placeholder="https://"
          maxLength={2000}
          value={url}
          onChange={(event) => {
            setUrl(event.target.value)
            fetching.reset()
          }}
        />
        <Button look="primary" type="submit" busy={fetching.isPending}>
          {t('import.fetch')}
        </Button>
      </form>
    </Dialog>
  )
}

const words: Record<string, MessageId> = {
  import_address: 'import.address',
  import_redirects: 'import.redirects',
  import_not_found: 'import.notFound',
  import_unreachable: 'import.unreachable',
}
