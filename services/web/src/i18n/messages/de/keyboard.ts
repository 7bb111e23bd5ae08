import type { keyboard as en } from '../en/keyboard.ts'

export const keyboard = {
  'keyboard.title': 'Tastatur',
  'keyboard.next': 'Weiter',
  'keyboard.previous': 'Zurück',
  'keyboard.open': 'Öffnen',
  'keyboard.like': 'Gefällt mir, oder doch nicht',
  'keyboard.comment': 'Kommentieren',
  'keyboard.save': 'Merken, oder doch nicht',
  'keyboard.new': 'Neuer Beitrag',
  'keyboard.search': 'Suche',
  'keyboard.home': 'Zum Start',
  'keyboard.explore': 'Zu Entdecken',
  'keyboard.notifications': 'Zu den Mitteilungen',
  'keyboard.profile': 'Zu deinem Profil',
  'keyboard.settings': 'Zu den Einstellungen',
  'keyboard.help': 'Diese Liste zeigen',
  'keyboard.on': 'Einzelne Tasten tun etwas',
  'keyboard.onHint': 'Schalte sie aus, wenn du mit deinem Computer sprichst oder öfter ungewollt Tasten drückst.',
} satisfies Record<keyof typeof en, string>
