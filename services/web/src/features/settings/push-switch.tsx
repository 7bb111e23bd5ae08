import { type ReactElement, useEffect, useState } from 'react'
import { FormFailure } from '../../app/failure.tsx'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Switch } from '../../ui/switch.tsx'
import { disablePush, enablePush, type PushState, readPushState } from '../push/push.ts'
import styles from './section.module.css'

const hints: Record<PushState, MessageId> = {
  on: 'settings.pushHint',
  off: 'settings.pushHint',
  blocked: 'settings.pushBlocked',
  install: 'settings.pushInstall',
  unsupported: 'settings.pushUnsupported',
  unreachable: 'settings.pushUnreachable',
}

/** Whether this browser is told of what happens while the app is closed. */
export function PushSwitch(): ReactElement {
  const { t } = useLanguage()
  const [state, setState] = useState<PushState | null>(null)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)

  useEffect(() => {
    let isHere = true
    readPushState().then(
      (read) => isHere && setState(read),
      (error: unknown) => isHere && setFailure(error),
    )
    return () => {
      isHere = false
    }
  }, [])

  async function change(on: boolean): Promise<void> {
    setBusy(true)
    setFailure(null)
    try {
      setState(await (on ? enablePush() : disablePush()))
    } catch (error) {
      setFailure(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <section className={styles.group}>
      <h2>{t('settings.push')}</h2>
      <FormFailure error={failure} />
      <Switch
        label={t('settings.pushHere')}
        hint={t(hints[state ?? 'off'])}
        checked={state === 'on'}
        disabled={busy || state === null || state === 'blocked' || state === 'install' || state === 'unsupported'}
        onChange={(on) => void change(on)}
      />
    </section>
  )
}
