import type { frame as en } from '../en/frame.ts'

export const frame = {
  'frame.skip': 'Zum Inhalt springen',
  'frame.navigation': 'Hauptmenü',
  'frame.home': 'Start',
  'frame.explore': 'Entdecken',
  'frame.search': 'Suche',
  'frame.new': 'Neuer Beitrag',
  'frame.notifications': 'Mitteilungen',
  'frame.unread': '{count, plural, one {# ungelesen} other {# ungelesen}}',
  'frame.saved': 'Gemerkt',
  'frame.profile': 'Profil',
  'frame.settings': 'Einstellungen',
  'frame.offline': 'Keine Verbindung. Du siehst, was schon geladen war.',
  'session.ended': 'Du bist nicht mehr angemeldet',
  'session.endedText':
    'Die Sitzung wurde anderswo beendet oder ist zu alt. Melde dich wieder als {name} an: Was du gerade getan hast, ist noch da.',
  'session.leave': 'Ohne Anmeldung weiter',
  'broken.title': 'Diese Seite ist kaputt',
  'broken.text': 'Das ist unser Fehler, nicht deiner. Oft hilft es, es noch einmal zu versuchen.',
  'broken.home': 'Zum Start',
  'missing.title': 'Diese Seite konnte nicht geladen werden',
  'missing.text': 'Vielleicht ist die Leitung schwach, oder es gibt eine neuere Version der App.',
  'missing.reload': 'Neu laden',
  'notFound.title': 'Hier ist nichts',
  'notFound.text': 'Vielleicht ist die Adresse vertippt, oder was hier war, ist weg.',
  'offline.title': 'Keine Verbindung',
  'offline.text':
    'Diese Seite war hier noch nie geladen. Deinen Start-Feed kannst du auch ohne Leitung lesen, wie du ihn zuletzt gesehen hast.',
  'offline.home': 'Start-Feed',
  'offline.overTitle': 'Die Leitung steht wieder',
  'offline.over': 'Geh zurück, dann lädt, was du sehen wolltest.',
} satisfies Record<keyof typeof en, string>
