import type { Holds } from '@daguerre/copies/copies'
import type { Logger } from '@daguerre/kit/log'
import { counter } from '@daguerre/kit/metrics'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { sideBySide } from '@daguerre/kit/side-by-side'
import { LockMode } from '@mikro-orm/core'
import { PostEntity } from '../post.entity.ts'
import { tellHeld } from '../post/hold-post.ts'
import { isReady } from '../post/post-row.ts'
import { publishPost } from '../post/publish-post.ts'
import { readPost } from '../post/read-post.ts'
import { askHook, type Hook, type Verdict } from './ask-hook.ts'

export interface CheckDeps {
  forkEm: () => EntityManager
  holds: Pick<Holds, 'hold'>
  /** null: it was switched off, and what waits from before is published. */
  hook: Hook | null
  log: Logger
  now: () => Date
}

const postsAtOnce = 4

/** A new post whose photos are ready waits for an answer from outside. In the transaction that says so; again changes nothing. */
export async function beginCheck(em: EntityManager, postId: string): Promise<void> {
  await query(em, 'insert into post_check (post_id) values ($1) on conflict do nothing', [postId])
}

/**
 * Asks about the posts that wait, a few at once; replicas share them, and what a crash leaves is asked again when its lease ends. Without an answer in
 * time the post becomes what whoever runs this has chosen.
 */
export async function checkPosts(deps: CheckDeps, signal: AbortSignal): Promise<void> {
  async function some(): Promise<void> {
    while (!signal.aborted && (await checkNext(deps)));
  }
  await sideBySide(postsAtOnce, some)
}

async function checkNext(deps: CheckDeps): Promise<boolean> {
  const { forkEm, hook, now } = deps
  const [due] = await query<{ id: string }>(
    forkEm(),
    `/* all shards: due-checks */ update post_check set due_at = now() + make_interval(secs => $1)
      where post_id = (select post_id from post_check where due_at <= now() order by due_at limit 1 for update skip locked)
     returning post_id as id`,
    [((hook?.timeoutMs ?? 0) + 10_000) / 1000],
  )
  if (!due) return false
  const post = await readPost(forkEm(), due.id)
  const verdict: Verdict =
    post?.heldFor?.check && hook
      ? await verdictOn(deps, hook, () => askHook(hook, post, now()))
      : { verdict: 'publish' }
  await decide(deps, due.id, verdict)
  return true
}

async function verdictOn({ log }: CheckDeps, hook: Hook, ask: () => Promise<Verdict>): Promise<Verdict> {
  const outcomes = counter('post_checks_total', 'What came of asking outside about new posts', ['outcome'])
  try {
    const verdict = await ask()
    outcomes.inc({ outcome: verdict.verdict })
    return verdict
  } catch (error) {
    outcomes.inc({ outcome: 'no_answer' })
    log.warn({ err: error, otherwise: hook.otherwise }, 'the hook for new posts gave no answer')
    return { verdict: hook.otherwise }
  }
}

/** Once, by whoever comes first: a moderator, its author or the other replica may have been faster. */
async function decide({ forkEm, holds }: CheckDeps, id: string, { verdict, reason }: Verdict): Promise<void> {
  await forkEm().transactional(async (tx) => {
    const row = await tx.findOne(PostEntity, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
    await query(tx, 'delete from post_check where post_id = $1', [id])
    if (row?.state !== 'processing' || !row.heldFor?.check || !isReady(row)) return
    row.version += 1
    if (verdict === 'hold') {
      row.heldFor = { ...row.heldFor, check: false, texts: reason ? [reason] : [] }
      await tx.flush()
      await tellHeld(tx, row, 'external_check')
      return
    }
    const { imported } = row.heldFor
    row.heldFor = null
    row.state = 'published'
    await tx.flush()
    await publishPost({ em: tx, holds }, row, { imported })
  })
}
