import type { worker as en } from '../en/worker.ts'

export const worker = {
  'worker.newVersion': 'Es gibt eine neue Fassung von Daguerre.',
  'worker.take': 'Laden',
} satisfies Record<keyof typeof en, string>
