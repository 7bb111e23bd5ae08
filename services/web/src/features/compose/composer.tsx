import { useRouter } from '@tanstack/react-router'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { lengthOf } from '../../ui/completion.ts'
import { FormError, TextField } from '../../ui/field.tsx'
import { Loading } from '../../ui/loading.tsx'
import { MentionField } from '../../ui/mention-field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Switch } from '../../ui/switch.tsx'
import { toast } from '../../ui/toast.tsx'
import { AudienceField } from '../privacy/audience-field.tsx'
import type { Desk, DeskState } from './desk.ts'
import { discard, share } from './engine.ts'
import { takeIncoming } from './incoming.ts'
import { ImportButton } from './import-button.tsx'
import type { Imported } from './import-photo.ts'
import { Intake } from './intake.tsx'
import { OtherDrafts } from './other-drafts.tsx'
import { PhotoEditor } from './photo-editor.tsx'
import { isEmpty, postLimits, type PostInWork } from './posts.ts'
import { Problems } from './problems.tsx'
import { refusalWords } from './refusal-words.ts'
import { Stage } from './stage.tsx'
import { Strip } from './strip.tsx'
import { isStuck } from './upload-words.ts'
import { useDesk } from './use-desk.ts'
import { useDrop } from './use-drop.ts'
import { useUploads } from './use-uploads.ts'
import styles from './composer.module.css'

/** A new post: photos, what is written about them, and out it goes. */
export function Composer({ ownerId }: { ownerId: string }): ReactElement {
  const { t } = useLanguage()
  const at = useDesk(ownerId)
  if (at.is === 'opening') return <Loading />
  if (at.is === 'elsewhere') {
    return (
      <Notice title={t('compose.elsewhere')} action={<Button onClick={at.take}>{t('compose.takeOver')}</Button>}>
        {t('compose.elsewhereText')}
      </Notice>
    )
  }
  return <AtDesk desk={at.desk} state={at.state} />
}

function AtDesk({ desk, state }: { desk: Desk; state: DeskState }): ReactElement {
  const { t } = useLanguage()
  const router = useRouter()
  const { post, previews, opening, problems, others, isKept } = state
  const uploads = useUploads()
  const [chosen, setChosen] = useState<string | null>(null)
  const [editing, setEditing] = useState<string | null>(null)
  const [isAsked, setAsked] = useState(false)
  const [isSharing, setSharing] = useState(false)
  const caption = useRef<HTMLTextAreaElement>(null)
  const alert = useRef<HTMLDivElement>(null)
  const isOver = useDrop((files) => desk.add(files))
  const photo = post.photos.find(({ id }) => id === chosen) ?? post.photos[0]
  const edited = post.photos.find(({ id }) => id === editing)
  const editedPreview = edited && previews.get(edited.id)

  function take({ file, ...stored }: Imported): void {
    void desk.addStored(file, stored)
  }

  const stuck = post.photos.find(({ id }) => isStuck(uploads.get(id)))
  const wrong = whatIsWrong(post, opening, stuck !== undefined)

  // Where sharing leads to has to be there when there is no line any more.
  useEffect(() => {
    void Promise.allSettled([router.preloadRoute({ to: '/' }), import('./publishing-line.tsx')])
  }, [router])

  // What other apps have shared with this one.
  useEffect(() => {
    async function take(): Promise<void> {
      const { files, text } = await takeIncoming()
      if (files.length > 0) desk.add(files)
      if (text !== '' && desk.snapshot().post.caption === '') desk.write({ caption: text })
    }
    void take()
  }, [desk])

  useEffect(() => {
    if (isKept) return
    function stay(event: BeforeUnloadEvent): void {
      event.preventDefault()
    }
    addEventListener('beforeunload', stay)
    return () => removeEventListener('beforeunload', stay)
  }, [isKept])

  async function send(): Promise<void> {
    setAsked(true)
    if (wrong) {
      if (stuck) setChosen(stuck.id)
      requestAnimationFrame(() => alert.current?.scrollIntoView({ block: 'nearest' }))
      return
    }
    setSharing(true)
    try {
      await share()
      setAsked(false)
      await router.navigate({ to: '/' })
    } finally {
      setSharing(false)
    }
  }

  async function throwAway(): Promise<void> {
    setAsked(false)
    const undo = await discard()
    if (undo) toast(t('compose.thrown'), { label: t('action.undo'), run: () => void undo() })
  }

  const missing = post.photos.filter(({ altText }) => altText.trim() === '').length
  return (
    <div className={`${styles.composer} ${isOver ? styles.over : ''}`}>
      <div className={styles.pictures}>
        {post.refusal !== null && <FormError>{t('compose.refused', { why: t(refusalWords(post.refusal)) })}</FormError>}
        <Problems problems={problems} onDismiss={(id) => desk.dismiss(id)} />
        {photo ? (
          <Stage
            key={photo.id}
            photo={photo}
            preview={previews.get(photo.id)}
            upload={uploads.get(photo.id)}
            place={post.photos.indexOf(photo)}
            count={post.photos.length}
            onEdit={() => setEditing(photo.id)}
            onMove={(to) => desk.move(photo.id, to)}
            onRemove={() => desk.remove(photo.id)}
            onDescribe={(altText) => desk.describe(photo.id, altText)}
          >
            <Strip
              photos={post.photos}
              previews={previews}
              uploads={uploads}
              opening={opening}
              chosen={photo.id}
              onChoose={setChosen}
              onMove={(id, to) => desk.move(id, to)}
              onAdd={(files) => desk.add(files)}
            />
          </Stage>
        ) : (
          <Intake opening={opening} onAdd={(files) => desk.add(files)} onImported={take} />
        )}
        {photo && (
          <div>
            <ImportButton onImported={take} />
          </div>
        )}
      </div>
      <div className={styles.words}>
        <MentionField
          ref={caption}
          label={t('compose.caption')}
          value={post.caption}
          onChange={(text) => desk.write({ caption: text })}
          maxLength={postLimits.caption}
          counter="always"
          rows={6}
          onSubmit={() => void send()}
        />
        <TextField
          label={t('compose.place')}
          value={post.place}
          autoComplete="off"
          error={lengthOf(post.place) > postLimits.place ? t('compose.placeTooLong', { most: postLimits.place }) : null}
          onChange={(event) => desk.write({ place: event.target.value })}
        />
        <AudienceField value={post.audience ?? 'public'} onChange={(audience) => desk.write({ audience })} />
        <Switch
          label={t('comment.offLabel')}
          hint={t('comment.offHint')}
          checked={post.commentsOff ?? false}
          onChange={(commentsOff) => desk.write({ commentsOff })}
        />
        <Switch
          label={t('privacy.hideLikes')}
          hint={t('privacy.hideLikesHint')}
          checked={post.likesHidden ?? false}
          onChange={(likesHidden) => desk.write({ likesHidden })}
        />
        <div ref={alert} className={styles.alert}>
          {isAsked && wrong && <FormError>{t(wrong)}</FormError>}
        </div>
        {!isKept && <FormError>{t('compose.notKept')}</FormError>}
        {missing > 0 && <p className={styles.hint}>{t('compose.undescribed', { count: missing })}</p>}
        <div className={styles.actions}>
          {!isEmpty(post) && <Button onClick={() => void throwAway()}>{t('compose.throwAway')}</Button>}
          <Button look="primary" busy={isSharing} onClick={() => void send()}>
            {t('compose.share')}
          </Button>
        </div>
        {isKept && <p className={styles.hint}>{t('compose.kept')}</p>}
        {opening === 0 && <OtherDrafts drafts={others} onChoose={(id) => void desk.goOnWith(id)} />}
      </div>
      {edited && editedPreview && (
        <PhotoEditor
          preview={editedPreview}
          edit={edited.edit}
          onClose={() => setEditing(null)}
          onDone={(edit) => {
            setEditing(null)
            desk.edit(edited.id, edit)
          }}
        />
      )}
    </div>
  )
}

/** What has to be done before it can be shared. */
function whatIsWrong({ photos, caption, place }: PostInWork, opening: number, hasStuck: boolean): MessageId | null {
  if (opening > 0) return 'compose.stillOpening'
  if (photos.length === 0) return 'compose.noPhoto'
  if (hasStuck) return 'compose.stuck'
  const isTooLong =
    lengthOf(caption) > postLimits.caption ||
    lengthOf(place) > postLimits.place ||
    photos.some(({ altText }) => lengthOf(altText) > postLimits.altText)
  return isTooLong ? 'compose.tooLong' : null
}
