import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { type ReactElement, useEffect } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { errorId } from '../error-id.ts'
import { isMissingCode } from '../missing-code.ts'
import { queryClient } from '../query-client.ts'
import { useTitle } from '../title.ts'

/** In place of a page that did not come or threw: what can be done. */
export function Broken({ error, reset }: ErrorComponentProps): ReactElement {
  return isMissingCode(error) ? <Missing /> : <Thrown error={error} reset={reset} />
}

function Missing(): ReactElement {
  const { t } = useLanguage()
  useTitle(t('missing.title'))
  return (
    <Notice
      isPage
      alert
      title={t('missing.title')}
      action={
        <>
          <Button look="primary" onClick={() => location.reload()}>
            {t('missing.reload')}
          </Button>
          <Home />
        </>
      }
    >
      {t('missing.text')}
    </Notice>
  )
}

/** With a number by which it can be found in the console. */
function Thrown({ error, reset }: Pick<ErrorComponentProps, 'error' | 'reset'>): ReactElement {
  const { t } = useLanguage()
  const router = useRouter()
  const id = errorId(error)
  useTitle(t('broken.title'))
  useEffect(() => console.error(`daguerre ${id}`, error), [id, error])

  function again(): void {
    // What the page was given may be what broke it.
    queryClient.removeQueries({ type: 'inactive' })
    void router.invalidate()
    reset()
  }

  return (
    <Notice
      isPage
      alert
      title={t('broken.title')}
      action={
        <>
          <Button look="primary" onClick={again}>
            {t('action.again')}
          </Button>
          <Home />
        </>
      }
    >
      {t('broken.text')} {t('error.reference', { id })}
    </Notice>
  )
}

/** Not a link of the router, which may be what is broken. */
function Home(): ReactElement {
  const { t } = useLanguage()
  return (
    <a className={buttonClass()} href="/">
      {t('broken.home')}
    </a>
  )
}
