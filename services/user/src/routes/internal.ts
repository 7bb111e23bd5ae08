import { outboxInternal, personalDataInternal, userInternal } from '@daguerre/contracts'
import { readCounts } from '@daguerre/kit/counters'
import { createRouter, emOf } from '@daguerre/kit/http'
import { readOutbox } from '@daguerre/kit/outbox'
import { readCloseFriendIds } from '../close-friend/read-close-friends.ts'
import { readPersonalData } from '../export/read-personal-data.ts'
import { listEdges } from '../follow/list-edges.ts'
import { type FillDeps, fillRelations } from '../relations/fill-relations.ts'
import { addRelations, listRelations } from '../relations/list-relations.ts'
import type { Neighbours } from '../neighbours.ts'
import { accountOf, isFound, toPersonShort } from '../profile/profile.ts'
import { resolvePeople } from '../profile/resolve-people.ts'
import { withoutUnmentionable } from '../profile/without-unmentionable.ts'
import { judgeComments } from '../restriction/judge-comments.ts'

/** Routes for other services, which reach them through their sidecars alone. */
export function internalRoutes({ neighbours, ...filling }: { neighbours: Neighbours } & FillDeps) {
  const router = createRouter()

  // While the accounts cannot be asked, people who are not here yet are left out, as unknown ones are.
  router.openapi(userInternal.people, async (c) => {
    const { mentionedBy, ...refs } = c.req.valid('json')
    const em = emOf(c)
    const found = (await resolvePeople({ em, ...neighbours }, refs)).profiles
    const profiles = mentionedBy === undefined ? found : await withoutUnmentionable(em, mentionedBy, found, refs.ids)
    return c.json(
      {
        items: profiles.map(toPersonShort),
        versions: profiles.map(({ version }) => version),
        accounts: profiles.map(accountOf),
      },
      200,
    )
  })

  router.openapi(userInternal.relations, async (c) => {
    const { viewerId, ids, withPeople } = c.req.valid('json')
    const askedAt = performance.now()
    const items = await listRelations(emOf(c), viewerId, ids)
    await fillRelations({ ...filling, em: emOf(c) }, viewerId, { told: items, askedAt })
    if (!withPeople) return c.json({ items }, 200)
    const { profiles } = await resolvePeople({ em: emOf(c), ...neighbours }, { ids, usernames: [] })
    return c.json({ items, people: profiles.map(toPersonShort) }, 200)
  })

  router.openapi(userInternal.closeFriends, async (c) => {
    return c.json({ ids: await readCloseFriendIds(emOf(c), c.req.valid('json').userId) }, 200)
  })

  router.openapi(userInternal.judgements, async (c) => {
    const judged = await judgeComments(emOf(c), c.req.valid('json').comments)
    return c.json({ heldBy: judged.map((one) => one.heldBy), onlyFor: judged.map((one) => one.onlyFor) }, 200)
  })

  router.openapi(userInternal.followers, async (c) => {
    const { most = Number.POSITIVE_INFINITY, ...page } = c.req.valid('json')
    const em = emOf(c)
    const total = (await readCounts(em, [page.userId], ['followers'])).get(page.userId)?.followers ?? 0
    if (total > most) return c.json({ items: [], total, next: null }, 200)
    return c.json({ ...(await listEdges(em, 'followers', page)), total }, 200)
  })

  router.openapi(userInternal.following, async (c) => {
    return c.json(await listEdges(emOf(c), 'following', c.req.valid('json')), 200)
  })

  router.openapi(userInternal.reportable, async (c) => {
    const { ids, viewerId } = c.req.valid('json')
    const em = emOf(c)
    const { profiles } = await resolvePeople({ em, ...neighbours }, { ids, usernames: [] })
    const rows = await addRelations(em, viewerId, profiles)
    const items = rows
      .filter((row) => viewerId === null || isFound(row, viewerId))
      .map((profile) => ({
        id: profile.id,
        person: { id: profile.id, username: profile.username },
        text: [profile.display_name, profile.bio, profile.website].filter(Boolean).join('\n'),
        images: profile.avatar ? [profile.avatar.url] : [],
        postId: null,
      }))
    return c.json({ items }, 200)
  })

  router.openapi(personalDataInternal.user, async (c) => {
    return c.json(await readPersonalData({ em: emOf(c), now: filling.clock() }, c.req.valid('json')), 200)
  })

  router.openapi(outboxInternal.user, async (c) => {
    return c.json(await readOutbox(emOf(c), c.req.valid('json')), 200)
  })

  return router
}
