import type { Post } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { toast } from '../../ui/toast.tsx'
import { addressOf, copy, share } from './share.ts'

/** Shares a post, or copies its address. */
export function useShare(post: Post): { share: () => void; copy: () => void } {
  const { t } = useLanguage()
  const url = addressOf(post)

  function tell(isCopied: boolean): void {
    toast(isCopied ? t('post.copied') : t('post.notCopied', { url }))
  }
  async function shareIt(): Promise<void> {
    const done = await share(t('post.by', { name: post.author.displayName }), url)
    if (done !== 'shared') tell(done === 'copied')
  }
  async function copyIt(): Promise<void> {
    tell(await copy(url))
  }
  return { share: () => void shareIt(), copy: () => void copyIt() }
}
