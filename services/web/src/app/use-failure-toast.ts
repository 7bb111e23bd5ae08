import { useCallback } from 'react'
import { useLanguage } from '../i18n/index.tsx'
import { toast } from '../ui/toast.tsx'
import { describe, isSignedOut } from './errors.ts'

/** Says that something did not work that was shown as done, with a way to repeat it where that may help. */
export function useFailureToast(): (error: unknown, repeat?: () => void) => void {
  const { t } = useLanguage()
  return useCallback(
    (error, repeat) => {
      // The frame asks to sign in again by itself.
      if (isSignedOut(error)) return
      const { id, values, mayRepeat } = describe(error)
      toast(t(id, values), mayRepeat && repeat ? { label: t('action.again'), run: repeat } : null)
    },
    [t],
  )
}
