import type { feed as en } from '../en/feed.ts'

export const feed = {
  'feed.feeds': 'Listen',
  'feed.home': 'Gefolgt',
  'feed.global': 'Alle',
  'feed.welcome': 'Fotografien von allen',
  'feed.invitation': 'Ein Ort für Fotografien',
  'feed.invitationText':
    'Keine Werbung, und niemand sucht für dich aus: die Fotografien der Menschen, die du wählst, alle, in der Reihenfolge, in der sie entstehen.',
  'feed.new': '{count, plural, one {# neuer Beitrag} other {# neue Beiträge}}',
  'feed.end': 'Das ist alles.',
  'feed.homeEnd': 'Du hast alles gesehen von den Menschen, denen du folgst.',
  'feed.exploreMore': 'Ansehen, was andere zeigen',
  'feed.emptyHome': 'Noch keine Fotografien',
  'feed.emptyHomeText': 'Folge ein paar Menschen, dann ist hier, was sie zeigen. Deine eigenen Beiträge auch.',
  'feed.nobodyPosted': 'Noch hat niemand etwas gezeigt',
  'feed.exploreSide': 'Was anderen gerade gefällt, ohne die, denen du schon folgst.',
  'feed.exploreSideAll': 'Was gerade gefällt.',
  'feed.emptyExplore': 'Noch nichts zu entdecken',
  'feed.emptyExploreText': 'Was Leute zeigen, denen du nicht folgst, steht hier.',
  'feed.savedSide': 'Das siehst nur du.',
  'feed.nothingSaved': 'Noch nichts gemerkt',
  'feed.nothingSavedText': 'Drücke das Lesezeichen unter einem Beitrag, dann findest du ihn hier wieder.',
  'feed.tagPosts': '{count, plural, one {{shown} Beitrag} other {{shown} Beiträge}}',
  'feed.emptyTag': 'Noch nichts mit #{tag}',
  'feed.emptyTagText': 'Schreibe es in den Text eines Beitrags, dann ist er hier.',
} satisfies Record<keyof typeof en, string>
