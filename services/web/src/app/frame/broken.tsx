import type { ErrorComponentProps } from '@tanstack/react-router'
import { type ReactElement, useEffect } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { errorId } from '../error-id.ts'
import { useTitle } from '../title.ts'

/** In place of a page that threw: what can be done, and a number by which it can be found in the console. */
export function Broken({ error, reset }: ErrorComponentProps): ReactElement {
  const { t } = useLanguage()
  const id = errorId(error)
  useTitle(t('broken.title'))
  useEffect(() => console.error(`daguerre ${id}`, error), [id, error])
  return (
    <Notice
      isPage
      alert
      title={t('broken.title')}
      action={
        <>
          <Button look="primary" onClick={reset}>
            {t('action.again')}
          </Button>
          {/* Not a link of the router, which may be what is broken. */}
          <a className={buttonClass()} href="/">
            {t('broken.home')}
          </a>
        </>
      }
    >
      {t('broken.text')} {t('error.reference', { id })}
    </Notice>
  )
}
