import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { Failure } from '../../app/failure.tsx'
import { ListEnd } from '../../app/list-end.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Time } from '../../ui/time.tsx'
import { AppealForm } from '../moderation/appeal-form.tsx'
import styles from '../moderation/moderation.module.css'
import { type OwnAct, ownActs } from '../moderation/queries.ts'

/** What is done for somebody: there is nothing to object to. */
const kindActs = new Set<OwnAct['kind']>(['restore_post', 'unmark_sensitive', 'lift'])

/** What moderators have done about the viewer, and what came of their appeals. */
export function ModerationSettings(): ReactElement {
  const { t } = useLanguage()
  const query = useInfiniteQuery(ownActs)
  const { data, error, refetch } = query
  if (!data) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  const acts = data.pages.flatMap(({ items }) => items)
  if (acts.length === 0) return <Notice title={t('moderation.nothing')}>{t('moderation.nothingText')}</Notice>
  return (
    <>
      <ul className={styles.rows}>
        {acts.map((act) => (
          <li key={act.id}>
            <OwnActItem act={act} />
          </li>
        ))}
      </ul>
      <ListEnd query={query} />
    </>
  )
}

function OwnActItem({ act }: { act: OwnAct }): ReactElement {
  const { t, date } = useLanguage()
  const [isWriting, setWriting] = useState(false)
  const { appeal } = act
  return (
    <div className={styles.form}>
      <p className={styles.title}>
        {t(`notification.act.${act.kind}`)} <Time value={act.createdAt} />
      </p>
      {act.until !== null && <p>{t('moderation.until', { time: date(act.until) })}</p>}
      {act.reason !== '' && (
        <blockquote className={styles.quote} dir="auto">
          {act.reason}
        </blockquote>
      )}
      {appeal && (
        <p>
          {t(`moderation.ownAppeal.${appeal.state}`)} {appeal.answer !== null && <bdi>{appeal.answer}</bdi>}
        </p>
      )}
      {!appeal && !kindActs.has(act.kind) && !isWriting && (
        <div>
          <Button onClick={() => setWriting(true)}>{t('moderation.appeal')}</Button>
        </div>
      )}
      {isWriting && !appeal && (
        <AppealForm actId={act.id} onDone={() => void queryClient.invalidateQueries({ queryKey: ownActs.queryKey })} />
      )}
    </div>
  )
}
