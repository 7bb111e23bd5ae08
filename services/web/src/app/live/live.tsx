import type { LiveEvent } from '@daguerre/client'
import { type ReactElement, useEffect, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { heed, lists } from '../../features/notification/heed.ts'
import { unreadCount } from '../../features/notification/queries.ts'
import { client } from '../client.ts'
import { refresh } from '../query-client.ts'
import { usePresence } from '../session.ts'
import { titleUnread } from '../title.ts'
import { shareLine } from './share-line.ts'

/** Keeps what is on screen as it is on the server, for as long as somebody is signed in. */
export function Live(): ReactElement | null {
  const { viewer, isExpired } = usePresence()
  const viewerId = isExpired ? null : (viewer?.id ?? null)
  const [listensFor, setListensFor] = useState<string | null>(null)
  useEffect(() => {
    if (viewerId === null) return
    const name = `daguerre.live.${viewerId}`
    const line = shareLine<LiveEvent>({
      name,
      open: (signal) => client.live({ signal }),
      onEvent: heed,
      locks: navigator.locks,
      channel: new BroadcastChannel(name),
    })
    function onVisible(): void {
      if (document.visibilityState === 'visible') line.check()
    }
    document.addEventListener('visibilitychange', onVisible)
    setListensFor(viewerId)
    void refresh(lists)
    return () => {
      document.removeEventListener('visibilitychange', onVisible)
      line.close()
    }
  }, [viewerId])
  return viewerId === null ? <NothingUnread /> : <Unread listens={listensFor === viewerId} />
}

/** The count is asked for, and lists again, once what happens is heard: what happened before that would be missed. */
function Unread({ listens }: { listens: boolean }): null {
  const { data } = useQuery({ ...unreadCount, enabled: listens })
  const count = data?.count ?? 0
  useEffect(() => titleUnread(count), [count])
  return null
}

function NothingUnread(): null {
  useEffect(() => titleUnread(0), [])
  return null
}
