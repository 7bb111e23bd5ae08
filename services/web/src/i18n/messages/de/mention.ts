import type { mention as en } from '../en/mention.ts'

export const mention = {
  'mention.people': 'Leute',
  'mention.tags': 'Hashtags',
  'mention.posts': '{count, plural, one {{shown} Beitrag} other {{shown} Beiträge}}',
  'mention.found':
    '{count, plural, one {# Vorschlag. Wähle mit Pfeiltasten und Eingabetaste.} other {# Vorschläge. Wähle mit Pfeiltasten und Eingabetaste.}}',
  'mention.left': '{count, plural, one {noch # Zeichen} other {noch # Zeichen}}',
  'mention.tooLong': '{count, plural, one {Ein Zeichen zu viel.} other {# Zeichen zu viel.}}',
} satisfies Record<keyof typeof en, string>
