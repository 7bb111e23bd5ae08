import { ApiError } from '@daguerre/client'
import { useRouter } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import type { Post } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { lengthOf } from '../../ui/completion.ts'
import { TextArea } from '../../ui/field.tsx'
import { MentionField } from '../../ui/mention-field.tsx'
import { Photo } from '../../ui/photo.tsx'
import { Switch } from '../../ui/switch.tsx'
import { toast } from '../../ui/toast.tsx'
import { AudienceField, audienceName } from '../privacy/audience-field.tsx'
import { editDrafts } from './edit-draft.ts'
import styles from './edit-form.module.css'
import { isSame, mergeWords, type Words } from './merge-edit.ts'
import { useEditPost } from './mutations.ts'

const longestCaption = 2_200
const longestAltText = 1_000

function wordsOf(post: Post): Words {
  const { caption, audience, commentsOff = false, likesHidden = false, media } = post
  const altTexts = Object.fromEntries(media.map(({ id, altText }) => [id, altText]))
  return { caption, audience, commentsOff, likesHidden, altTexts }
}

/** Caption, audience and descriptions of a post. What was changed elsewhere meanwhile is joined with this, or shown beside it. */
export function EditForm({ post }: { post: Post }): ReactElement {
  const { t } = useLanguage()
  const { history, navigate } = useRouter()
  const [draft] = useState(() => editDrafts.get(post.id))
  const [base, setBase] = useState({ ...wordsOf(post), ...draft?.base })
  const [editedAt, setEditedAt] = useState(draft ? draft.editedAt : post.editedAt)
  const [words, setWords] = useState<Words>({ ...wordsOf(post), ...draft?.words })
  const [theirs, setTheirs] = useState<{ words: Words; conflicts: string[] } | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  const { mutateAsync, isPending } = useEditPost(post.id)

  function change(next: Words): void {
    setWords(next)
    editDrafts.set(post.id, { words: next, base, editedAt })
  }

  function leave(): void {
    editDrafts.set(post.id, null)
    if (history.canGoBack()) history.back()
    else void navigate({ to: '/p/$id', params: { id: post.id }, replace: true })
  }

  async function save(mine: Words, from: Words, version: string | null): Promise<void> {
    try {
      await mutateAsync({
        ifEditedAt: version,
        ...(mine.caption === from.caption ? {} : { caption: mine.caption }),
        ...(mine.audience === from.audience ? {} : { audience: mine.audience }),
        ...(mine.commentsOff === from.commentsOff ? {} : { commentsOff: mine.commentsOff }),
        ...(mine.likesHidden === from.likesHidden ? {} : { likesHidden: mine.likesHidden }),
        media: Object.entries(mine.altTexts)
          .filter(([id, altText]) => altText !== from.altTexts[id])
          .map(([mediaId, altText]) => ({ mediaId, altText })),
      })
      toast(t('state.saved'))
      leave()
    } catch (error) {
      if (error instanceof ApiError && error.code === 'post.edited_meanwhile') await join(mine, from)
      else setFailure(error)
    }
  }

  async function join(mine: Words, from: Words): Promise<void> {
    try {
      const now = await client.get('/api/v1/posts/{id}', { params: { path: { id: post.id } } })
      const { words: joined, conflicts } = mergeWords(from, mine, wordsOf(now))
      setBase(wordsOf(now))
      setEditedAt(now.editedAt)
      setWords(joined)
      editDrafts.set(post.id, { words: joined, base: wordsOf(now), editedAt: now.editedAt })
      if (conflicts.length > 0) setTheirs({ words: wordsOf(now), conflicts })
      else await save(joined, wordsOf(now), now.editedAt)
    } catch (error) {
      setFailure(error)
    }
  }

  const isTooLong =
    lengthOf(words.caption) > longestCaption ||
    Object.values(words.altTexts).some((text) => lengthOf(text) > longestAltText)

  function submit(): void {
    if (isPending || isTooLong) return
    setFailure(null)
    setTheirs(null)
    if (isSame(words, base)) leave()
    else void save(words, base, editedAt)
  }

  /** What is there now, in words, and what taking it changes. */
  function theirsOf(name: string, text: string, taken: Partial<Words>): ReactElement | null {
    if (!theirs?.conflicts.includes(name)) return null
    return (
      <div className={styles.theirs}>
        <p className={styles.theirsTitle}>{t('edit.theirs')}</p>
        <p className={styles.theirsText} dir="auto">
          {text === '' ? t('edit.nothing') : text}
        </p>
        <Button
          onClick={() => {
            change({ ...words, ...taken })
            setTheirs({ ...theirs, conflicts: theirs.conflicts.filter((other) => other !== name) })
          }}
        >
          {t('edit.takeTheirs')}
        </Button>
      </div>
    )
  }

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <FormFailure error={failure} />
      {theirs && theirs.conflicts.length > 0 && (
        <p className={styles.conflict} role="alert">
          {t('edit.conflict')}
        </p>
      )}
      <MentionField
        label={t('edit.caption')}
        value={words.caption}
        onChange={(caption) => change({ ...words, caption })}
        maxLength={longestCaption}
        counter="always"
        onSubmit={submit}
      />
      {theirs && theirsOf('caption', theirs.words.caption, { caption: theirs.words.caption })}
      <AudienceField value={words.audience} onChange={(audience) => change({ ...words, audience })} />
      {theirs && theirsOf('audience', t(audienceName(theirs.words.audience)), { audience: theirs.words.audience })}
      <Switch
        label={t('comment.offLabel')}
        hint={t('comment.offHint')}
        checked={words.commentsOff}
        onChange={(commentsOff) => change({ ...words, commentsOff })}
      />
      <Switch
        label={t('privacy.hideLikes')}
        hint={t('privacy.hideLikesHint')}
        checked={words.likesHidden}
        onChange={(likesHidden) => change({ ...words, likesHidden })}
      />
      {post.media.map((media, index) => (
        <div key={media.id} className={styles.photo}>
          <div className={styles.picture}>
            <Photo media={{ ...media, altText: '' }} sizes="6rem" square />
          </div>
          <div className={styles.description}>
            <TextArea
              label={t('edit.altText', { index: index + 1, count: post.media.length })}
              hint={index === 0 ? t('edit.altTextHint') : undefined}
              rows={2}
              dir="auto"
              value={words.altTexts[media.id] ?? ''}
              error={
                lengthOf(words.altTexts[media.id] ?? '') > longestAltText
                  ? t('mention.tooLong', { count: lengthOf(words.altTexts[media.id] ?? '') - longestAltText })
                  : null
              }
              onChange={({ target }) => change({ ...words, altTexts: { ...words.altTexts, [media.id]: target.value } })}
            />
            {theirs &&
              theirsOf(media.id, theirs.words.altTexts[media.id] ?? '', {
                altTexts: { ...words.altTexts, [media.id]: theirs.words.altTexts[media.id] ?? '' },
              })}
          </div>
        </div>
      ))}
      <p className={styles.ends}>
        <Button type="submit" look="primary" busy={isPending} disabled={isTooLong}>
          {t(theirs && theirs.conflicts.length > 0 ? 'edit.keepMine' : 'action.save')}
        </Button>
        <Button onClick={leave}>{t('action.cancel')}</Button>
      </p>
    </form>
  )
}
