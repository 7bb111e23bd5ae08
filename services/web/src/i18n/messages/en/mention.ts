export const mention = {
  'mention.people': 'People',
  'mention.tags': 'Hashtags',
  'mention.posts': '{count, plural, one {{shown} post} other {{shown} posts}}',
  'mention.found':
    '{count, plural, one {# suggestion. Choose with the arrow keys and Enter.} other {# suggestions. Choose with the arrow keys and Enter.}}',
  'mention.left': '{count, plural, one {# character left} other {# characters left}}',
  'mention.tooLong': '{count, plural, one {One character too many.} other {# characters too many.}}',
}
