import type { Notification } from './queries.ts'

export type Stretch = 'today' | 'yesterday' | 'week' | 'earlier'

/** Notifications by how long ago they are, by the days of who reads. Newest first as they come. */
export function byStretch(
  items: readonly Notification[],
  now: Date = new Date(),
): { stretch: Stretch; items: Notification[] }[] {
  const groups: { stretch: Stretch; items: Notification[] }[] = []
  for (const item of items) {
    const stretch = stretchOf(new Date(item.updatedAt), now)
    const last = groups.at(-1)
    if (last?.stretch === stretch) last.items.push(item)
    else groups.push({ stretch, items: [item] })
  }
  return groups
}

export function stretchOf(then: Date, now: Date): Stretch {
  // A day is not always 24 hours long.
  function midnight(daysAgo: number): Date {
    return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo)
  }
  if (then >= midnight(0)) return 'today'
  if (then >= midnight(1)) return 'yesterday'
  return then >= midnight(6) ? 'week' : 'earlier'
}
