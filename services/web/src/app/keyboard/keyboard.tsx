import { useRouter } from '@tanstack/react-router'
import { type ReactElement, Suspense, useEffect, useState } from 'react'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { areShortcutsOn } from './switch.ts'
import { isTyping } from './typing.ts'

const Help = lazyPart(() => import('./help.tsx').then(({ Help }) => Help))

/** The whole app by single keys: `?` shows them. What they do is loaded with the first of them. */
export function Keyboard(): ReactElement | null {
  const router = useRouter()
  const [isHelpOpen, setHelpOpen] = useState(false)

  useEffect(() => {
    async function onKeyDown({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): Promise<void> {
      const { carryOut, commandOf } = await import('./commands.ts')
      const command = commandOf({ key, ctrlKey, metaKey, altKey })
      if (command === 'help') setHelpOpen(true)
      else if (command !== null) carryOut(command, router)
    }
    function listen(event: KeyboardEvent): void {
      if (!isForPage(event)) return
      // Without a line the keys of the browser are all there is.
      onKeyDown(event).catch(() => {})
      // Firefox would look for text on the page.
      if (event.key === '/' && !event.ctrlKey && !event.metaKey) event.preventDefault()
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

/** Whether a key belongs to the page as a whole: to nothing in it, and not to the browser, where single keys are switched off. */
function isForPage(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing || isTyping(event.target)) return false
  return areShortcutsOn() && !document.querySelector('dialog[open]')
}
