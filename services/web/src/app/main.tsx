import '../styles/tokens.css'
import '../styles/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { lentFlag } from '../device/names.ts'
import { activate, LanguageProvider } from '../i18n/index.tsx'
import { initialLocale } from '../i18n/locales.ts'
import { queryClient } from './query-client.ts'
import { router } from './router.tsx'
import { currentViewer } from './session.ts'
import { keepSnapshots, restoreSnapshot } from './snapshot.ts'
import { storage } from './storage.ts'
import { startTheme } from './theme.ts'

void start()

// No await at the top: what is loaded meanwhile is made of this very module, and would wait for it.
async function start(): Promise<void> {
  startTheme()
  // The service worker has gone on with posts and may have renewed the session.
  if (storage.get(lentFlag) !== null) await (await import('../features/compose/lent-session.ts')).takeBackSession()
  restoreSnapshot(viewerId())
  keepSnapshots(viewerId)

  // The page's code and its data are asked for while the language loads.
  void router.load()
  await activate(initialLocale())

  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <LanguageProvider>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </LanguageProvider>
    </StrictMode>,
  )
}

function viewerId(): string | null {
  return currentViewer()?.id ?? null
}
