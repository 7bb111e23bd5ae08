export const search = {
  'search.label': 'Search for people and hashtags',
  'search.placeholder': 'People, #hashtags',
  'search.clear': 'Clear',
  'search.title': 'Search: {text}',
  'search.begin': 'Whom are you looking for?',
  'search.beginText': 'Type a name, or a hashtag with its #. Typing errors are forgiven.',
  'search.people': 'People',
  'search.tags': 'Hashtags',
  'search.found':
    '{people, plural, =0 {Nobody} one {One person} other {# people}}, {tags, plural, =0 {no hashtag} one {one hashtag} other {# hashtags}}',
  'search.nothing': 'Nothing for “{text}”',
  'search.nothingText': 'Try fewer letters, or another spelling.',
  'search.recent': 'Recent',
  'search.clearRecent': 'Clear all',
  'search.forget': 'Remove {name} from this list',
}
