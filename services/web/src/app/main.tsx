import '../styles/tokens.css'
import '../styles/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { activate, LanguageProvider } from '../i18n/index.tsx'
import { initialLocale } from '../i18n/locales.ts'
import { queryClient } from './query-client.ts'
import { router } from './router.tsx'
import { currentViewer } from './session.ts'
import { keepSnapshots, restoreSnapshot } from './snapshot.ts'
import { startTheme } from './theme.ts'

startTheme()
restoreSnapshot(viewerId())
keepSnapshots(viewerId)

// The page's code and its data are asked for while the language loads.
const page = router.load()
await activate(initialLocale())
await page

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <LanguageProvider>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </LanguageProvider>
  </StrictMode>,
)

function viewerId(): string | null {
  return currentViewer()?.id ?? null
}
