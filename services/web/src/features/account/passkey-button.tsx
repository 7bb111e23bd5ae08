import type { components } from '@daguerre/client'
import type { ReactElement } from 'react'
import { useMutation } from '@tanstack/react-query'
import { FormFailure } from '../../app/failure.tsx'
import { Button } from '../../ui/button.tsx'
import { canUsePasskeys, signWithPasskey } from './passkeys.ts'

/** Signs by a passkey what `ask` gives, and hands it on; nothing where the browser knows of none. */
export function PasskeyButton({
  label,
  ask,
  onSigned,
}: {
  label: string
  ask: () => Promise<components['schemas']['PasskeyOptions']>
  onSigned: (passkey: components['schemas']['PasskeyAssertion']) => Promise<void>
}): ReactElement | null {
  const { mutate, isPending, error } = useMutation({ mutationFn: async () => onSigned(await signWithPasskey(ask())) })
  if (!canUsePasskeys()) return null
  return (
    <>
      <FormFailure error={error} />
      <Button busy={isPending} onClick={() => mutate()}>
        {label}
      </Button>
    </>
  )
}
