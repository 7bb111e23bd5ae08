import type { components } from '@daguerre/client'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { client } from '../../app/client.ts'
import { Failure } from '../../app/failure.tsx'
import { ListEnd } from '../../app/list-end.tsx'
import { byCursor, pageOf } from '../../app/paging.ts'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Choices } from './choices.tsx'
import { type Archive, type Audience, sendArchive } from './send-archive.ts'
import styles from './section.module.css'

type Reason = components['schemas']['ArchiveOmission']['reason']

const pollMs = 2000
const queryKey = ['archives']

/** A ZIP of elsewhere or of here: chosen, sent, taken post by post, with what was left out. */
export function BringArchive(): ReactElement {
  const { t, number } = useLanguage()
  const failed = useFailureToast()
  const input = useRef<HTMLInputElement>(null)
  const [sent, setSent] = useState<number | null>(null)
  const [chosen, choose] = useState<Audience | null>(null)
  const leaving = useRef(new AbortController())
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => client.get('/api/v1/archives', { params: { query: { limit: 1 } }, signal }),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.items[0]?.state === 'working' ? pollMs : false),
  })
  useEffect(() => {
    const controller = new AbortController()
    leaving.current = controller
    return () => controller.abort()
  }, [])
  const send = useMutation({
    mutationFn: (what: { file: File; audience: Audience }) =>
      sendArchive(what.file, { audience: what.audience, onProgress: setSent, signal: leaving.current.signal }),
    onError(reason, what) {
      if (!leaving.current.signal.aborted) failed(reason, () => send.mutate(what))
    },
    async onSettled() {
      setSent(null)
      await queryClient.invalidateQueries({ queryKey })
    },
  })
  const stop = useMutation({
    mutationFn: ({ id }: Archive) => client.delete('/api/v1/archives/{id}', { params: { path: { id } } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey }),
    onError: (reason, archive) => failed(reason, () => stop.mutate(archive)),
  })
  if (!data) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  const [archive] = data.items
  const audience = chosen ?? (archive?.state === 'uploading' ? archive.audience : 'only_me')
  const isBusy = send.isPending || archive?.state === 'working'
  return (
    <>
      <p className={styles.intro}>{t('settings.bringText')}</p>
      <div className={styles.status} role="status">
        {send.isPending && (
          <p>
            {t('settings.bringSending', { percent: number(Math.floor((sent ?? 0) * 100)) })}
            <progress className={styles.progress} aria-label={t('settings.bring')} max={1} value={sent ?? 0} />
          </p>
        )}
        {!send.isPending && archive && <State archive={archive} />}
      </div>
      {archive !== undefined && archive.omissions > 0 && <Omissions id={archive.id} />}
      {!isBusy && (
        <Choices
          legend={t('settings.bringAudience')}
          showsLegend
          value={audience}
          onChange={choose}
          choices={audiences.map(({ value, label }) => ({ value, label: t(label) }))}
        />
      )}
      <div className={styles.end}>
        <input
          ref={input}
          type="file"
          hidden
          accept=".zip,application/zip"
          onChange={(event) => {
            const [file] = event.target.files ?? []
            if (file) send.mutate({ file, audience })
            event.target.value = ''
          }}
        />
        {!isBusy && <Button onClick={() => input.current?.click()}>{t('settings.bringChoose')}</Button>}
        {!send.isPending && (archive?.state === 'working' || archive?.state === 'uploading') && (
          <Button look="danger" busy={stop.isPending} onClick={() => stop.mutate(archive)}>
            {t('settings.bringStop')}
          </Button>
        )}
      </div>
    </>
  )
}

function State({ archive }: { archive: Archive }): ReactElement {
  const { t } = useLanguage()
  const { state, done, total, posts, omissions, reason } = archive
  switch (state) {
    case 'uploading':
      return <p>{t('settings.bringHalf')}</p>
    case 'working':
      return (
        <p>
          {total === null ? t('settings.bringReading') : t('settings.bringProgress', { done, total })}
          <progress
            className={styles.progress}
            aria-label={t('settings.bring')}
            {...(total !== null && total > 0 && { max: total, value: done })}
          />
        </p>
      )
    case 'ready':
      return <p>{t(omissions > 0 ? 'settings.bringDoneBut' : 'settings.bringDone', { posts })}</p>
    default:
      return <p>{t(reason === null ? 'settings.archive.processing_failed' : failures[reason])}</p>
  }
}

/** What was left out, and why. */
function Omissions({ id }: { id: string }): ReactElement {
  const { t, date } = useLanguage()
  const query = useInfiniteQuery({
    queryKey: [...queryKey, id, 'omissions'],
    queryFn: ({ pageParam, signal }) =>
      client.get('/api/v1/archives/{id}/omissions', {
        params: { path: { id }, query: pageOf(50, pageParam) },
        signal,
      }),
    ...byCursor,
    staleTime: 0,
  })
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <details className={styles.group}>
      <summary>{t('settings.omissions')}</summary>
      <ul className={styles.rows}>
        {items.map(({ position, at, file, reason }, index) => (
          <li key={index} className={styles.row}>
            <div>
              {t(reasons[reason])}
              <span className={styles.hint}>
                {at === null ? t('settings.omittedPost', { position: position + 1 }) : date(at)}
                {file !== null && (
                  <>
                    {' · '}
                    <bdi>{file}</bdi>
                  </>
                )}
              </span>
            </div>
          </li>
        ))}
      </ul>
      <ListEnd query={query} />
    </details>
  )
}

const audiences: { value: Audience; label: MessageId }[] = [
  { value: 'only_me', label: 'settings.bringOnlyMe' },
  { value: 'close_friends', label: 'settings.bringCloseFriends' },
  { value: 'followers', label: 'settings.bringFollowers' },
  { value: 'public', label: 'settings.bringPublic' },
]

const failures: Record<NonNullable<Archive['reason']>, MessageId> = {
  archive_damaged: 'settings.archive.damaged',
  archive_unknown: 'settings.archive.unknown',
  archive_version: 'settings.archive.version',
  archive_too_large: 'settings.archive.too_large',
  processing_failed: 'settings.archive.processing_failed',
}

const reasons: Record<Reason, MessageId> = {
  file_missing: 'settings.omitted.missing',
  file_unreadable: 'settings.omitted.unreadable',
  video: 'settings.omitted.video',
  no_photo: 'settings.omitted.noPhoto',
  too_many_photos: 'settings.omitted.tooMany',
  caption_shortened: 'settings.omitted.caption',
  alt_text_shortened: 'settings.omitted.altText',
  time_unknown: 'settings.omitted.time',
  post_deleted: 'settings.omitted.deleted',
  never_published: 'settings.omitted.neverPublished',
  not_an_image: 'settings.omitted.noImage',
  unsupported_type: 'settings.omitted.noImage',
  truncated: 'settings.omitted.unreadable',
  too_many_pixels: 'settings.omitted.tooLarge',
  too_large: 'settings.omitted.tooLarge',
  processing_failed: 'settings.omitted.unreadable',
  blocked: 'settings.omitted.blocked',
}
