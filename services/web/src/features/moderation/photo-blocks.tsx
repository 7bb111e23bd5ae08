import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { By } from './by.tsx'
import { Listed } from './listed.tsx'
import styles from './moderation.module.css'
import { type PhotoBlock, photoBlocks } from './queries.ts'

/** Photos that nobody may bring any more, each to be let in again. */
export function PhotoBlocks(): ReactElement {
  const { t } = useLanguage()
  return (
    <Listed
      query={useInfiniteQuery(photoBlocks)}
      empty="moderation.noBlocks"
      emptyText="moderation.noBlocksText"
      intro={<p>{t('moderation.blocksText')}</p>}
      keyOf={({ id }) => id}
      renderItem={(block) => <Block block={block} />}
    />
  )
}

function Block({ block: { id, reason, moderator, createdAt } }: { block: PhotoBlock }): ReactElement {
  const { t } = useLanguage()
  const failed = useFailureToast()
  const unblock = useMutation({
    mutationFn: () => client.delete('/api/v1/moderation/photo-blocks/{id}', { params: { path: { id } } }),
    onSuccess: () => toast(t('moderation.unblocked')),
    onError: (error) => failed(error),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['moderation'] }),
  })
  return (
    <>
      <p>
        <span className={styles.title}>{t('moderation.blockedPhoto')}</span> <By who={moderator} />{' '}
        <Time value={createdAt} />
      </p>
      <p dir="auto">{reason || t('moderation.reasonGone')}</p>
      <Button onClick={() => unblock.mutate()} busy={unblock.isPending}>
        {t('moderation.unblock')}
      </Button>
    </>
  )
}
