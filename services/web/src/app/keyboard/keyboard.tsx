import { useRouter } from '@tanstack/react-router'
import { type ReactElement, Suspense, useEffect, useState } from 'react'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { isTyping } from './typing.ts'

const Help = lazyPart(() => import('./help.tsx').then(({ Help }) => Help))

/** The whole app by single keys: `?` shows them. What they do is loaded with the first of them. */
export function Keyboard(): ReactElement | null {
  const router = useRouter()
  const [isHelpOpen, setHelpOpen] = useState(false)

  useEffect(() => {
    async function onKeyDown(event: KeyboardEvent): Promise<void> {
      if (event.defaultPrevented || event.isComposing || isTyping(event.target)) return
      if (document.querySelector('dialog[open]')) return
      const { key, ctrlKey, metaKey, altKey } = event
      const { carryOut, commandOf } = await import('./commands.ts')
      const command = commandOf({ key, ctrlKey, metaKey, altKey })
      if (command === 'help') setHelpOpen(true)
      else if (command !== null) carryOut(command, router)
    }
    function listen(event: KeyboardEvent): void {
      // Without a line the keys of the browser are all there is.
      onKeyDown(event).catch(() => {})
      // Firefox would look for text on the page.
      if (event.key === '/' && !isTyping(event.target) && !event.ctrlKey && !event.metaKey) event.preventDefault()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [router])

  if (!isHelpOpen) return null
  return (
    <Suspense>
      <Help onClose={() => setHelpOpen(false)} />
    </Suspense>
  )
}
