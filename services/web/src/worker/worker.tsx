import { useLingui } from '@lingui/react'
import { useEffect } from 'react'
import { useLanguage } from '../i18n/index.tsx'
import { toast } from '../ui/toast.tsx'
import { startWorker, tellLocale } from './page.ts'

/** The page's side of the service worker: says when a new version of the app is there, and in which language it speaks. */
export function Worker(): null {
  const { t } = useLanguage()
  const { locale } = useLingui().i18n
  useEffect(() => startWorker((take) => toast(t('worker.newVersion'), { label: t('worker.take'), run: take })), [t])
  useEffect(() => void tellLocale(locale), [locale])
  return null
}
