import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Door } from './door.tsx'

/** Makes who is signed in the first admin. */
export function FirstAdmin({ token }: { token: string }): ReactElement {
  const { t } = useLanguage()
  const { mutate, isPending, error } = useMutation({
    async mutationFn() {
      await client.post('/api/v1/auth/first-admin', { body: { token } })
      // The role is in the next token, and everything that is shown by it is drawn anew.
      await client.renew()
      location.assign('/settings/roles')
    },
  })
  return (
    <Door
      title={t('account.firstAdmin')}
      text={t('account.firstAdminText')}
      other={<Link to="/">{t('frame.home')}</Link>}
    >
      <FormFailure error={error} />
      <Button look="primary" busy={isPending} onClick={() => mutate()}>
        {t('account.becomeAdmin')}
      </Button>
    </Door>
  )
}
