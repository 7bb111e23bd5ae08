import type { components } from '@daguerre/client'
import { type ReactElement, Suspense, useState } from 'react'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { toast } from '../../ui/toast.tsx'
import { saveProfile } from '../account/save-profile.ts'
import styles from './section.module.css'

const AvatarEditor = lazyPart(() => import('../compose/avatar-editor.tsx').then(({ AvatarEditor }) => AvatarEditor))

/** One's picture, to be changed or taken away. */
export function Portrait({ person }: { person: components['schemas']['Person'] }): ReactElement {
  const { t } = useLanguage()
  const failed = useFailureToast()
  const [isEditing, setEditing] = useState(false)
  const [isRemoving, setRemoving] = useState(false)

  async function remove(): Promise<void> {
    setRemoving(true)
    try {
      await saveProfile({ avatarMediaId: null })
    } catch (error) {
      failed(error, () => void remove())
    } finally {
      setRemoving(false)
    }
  }

  return (
    <div className={`${styles.portrait} ${styles.group}`}>
      <Avatar person={person} size="xl" />
      <div className={styles.end}>
        <Button onClick={() => setEditing(true)}>
          {t(person.avatar ? 'settings.changePicture' : 'settings.choosePicture')}
        </Button>
        {person.avatar && (
          <Button busy={isRemoving} onClick={() => void remove()}>
            {t('settings.removePicture')}
          </Button>
        )}
      </div>
      {isEditing && (
        <Suspense>
          <AvatarEditor
            onSave={async (avatarMediaId) => {
              await saveProfile({ avatarMediaId })
              setEditing(false)
              toast(t('state.saved'))
            }}
            onClose={() => setEditing(false)}
          />
        </Suspense>
      )}
    </div>
  )
}
