/** How wide a photograph is in a card, for `sizes`: as wide as the column of a feed. */
export const sizesInCard = '(min-width: 38.75rem) 38.75rem, 100vw'

/** How many cards of a feed are seen, at least in part, before anybody scrolls: their photographs go first. */
export const cardsOnFirstScreen = 2
