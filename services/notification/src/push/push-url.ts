import { reachableUrl } from '@daguerre/kit/public-internet'

/** The URL of a push service, if something may be sent there: https on the public internet. `loopback` is for tests. */
export function pushUrl(endpoint: string, { loopback }: { loopback: boolean }): URL | undefined {
  return reachableUrl(endpoint, ['https:'], { internet: true, loopback })
}
