import type { common as en } from '../en/common.ts'

export const common = {
  'app.name': 'Daguerre',
  'time.now': 'jetzt',
  'action.close': 'Schließen',
  'action.cancel': 'Abbrechen',
  'action.save': 'Sichern',
  'action.again': 'Noch einmal versuchen',
  'action.back': 'Zurück',
  'action.more': 'Mehr',
  'action.undo': 'Rückgängig',
  'action.signIn': 'Anmelden',
  'action.signOut': 'Abmelden',
  'action.register': 'Konto anlegen',
  'state.loading': 'Wird geladen',
  'state.slow': 'Es dauert länger als sonst. Vielleicht ist die Leitung schwach oder der Server ausgelastet.',
  'state.saved': 'Gesichert.',
} satisfies Record<keyof typeof en, string>
