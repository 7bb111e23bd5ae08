import { exploreFeed, type Feed, globalFeed, homeFeed, personFeed, tagFeed } from '../features/feed/queries.ts'
import { personByName } from '../features/person/queries.ts'
import { postById } from '../features/post/queries.ts'
import { queryClient } from './query-client.ts'
import { currentViewer } from './session.ts'

function begin({ list }: Feed): void {
  void queryClient.prefetchInfiniteQuery(list)
}

/**
 * What a page needs is asked for as soon as it is clear where somebody goes, while its code still loads. Nothing here waits:
 * pages show by themselves that something is still to come.
 */
export const loaders = {
  home(): void {
    begin(currentViewer() ? homeFeed : globalFeed)
  },
  explore(): void {
    begin(exploreFeed)
  },
  global(): void {
    begin(globalFeed)
  },
  tag(tag: string): void {
    begin(tagFeed(tag))
  },
  profile(username: string): void {
    void queryClient.prefetchQuery(personByName(username))
    begin(personFeed(username))
  },
  post(id: string): void {
    void queryClient.prefetchQuery(postById(id))
  },
}
