import type { search as en } from '../en/search.ts'

export const search = {
  'search.label': 'Nach Menschen und Hashtags suchen',
  'search.placeholder': 'Menschen, #hashtags',
  'search.clear': 'Leeren',
  'search.title': 'Suche: {text}',
  'search.begin': 'Wen suchst du?',
  'search.beginText': 'Tippe einen Namen oder einen Hashtag mit #. Tippfehler werden verziehen.',
  'search.people': 'Menschen',
  'search.tags': 'Hashtags',
  'search.found':
    '{people, plural, =0 {Niemand} one {Eine Person} other {# Menschen}}, {tags, plural, =0 {kein Hashtag} one {ein Hashtag} other {# Hashtags}}',
  'search.nothing': 'Nichts für „{text}“',
  'search.nothingText': 'Versuche es mit weniger Buchstaben oder einer anderen Schreibweise.',
  'search.recent': 'Zuletzt',
  'search.clearRecent': 'Alle entfernen',
  'search.forget': '{name} aus dieser Liste entfernen',
} satisfies Record<keyof typeof en, string>
