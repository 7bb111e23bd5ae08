import { ApiError, SecondFactorRequired } from '@daguerre/client'
import { type ReactElement, Suspense, useState } from 'react'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { SecondStep } from './second-step.tsx'

const Suspended = lazyPart(() => import('../moderation/suspended.tsx').then(({ Suspended }) => Suspended))

/** Going in by a first factor: `enter` does it, and `inTheWay` is what there is to do or to read before, in place of the form. */
export function useEntrance({
  isByPassword,
  onDone,
  onBack = () => {},
}: {
  isByPassword: boolean
  onDone: () => void
  onBack?: () => void
}): { enter: (signIn: () => Promise<unknown>) => Promise<void>; inTheWay: ReactElement | null } {
  const [required, setRequired] = useState<SecondFactorRequired | null>(null)
  const [suspension, setSuspension] = useState<ApiError['suspension']>(null)

  async function enter(signIn: () => Promise<unknown>): Promise<void> {
    try {
      await signIn()
      onDone()
    } catch (error) {
      if (error instanceof SecondFactorRequired) setRequired(error)
      else if (error instanceof ApiError && error.suspension) setSuspension(error.suspension)
      else throw error
    }
  }

  function back(): void {
    setRequired(null)
    onBack()
  }

  if (suspension) {
    const said = (
      <Suspense>
        <Suspended suspension={suspension} onOver={() => setSuspension(null)} />
      </Suspense>
    )
    return { enter, inTheWay: said }
  }
  const text = isByPassword ? 'account.secondStep' : 'account.secondStepElsewhere'
  return { enter, inTheWay: required && <SecondStep required={required} text={text} onEnter={enter} onBack={back} /> }
}
