/** How many posts a list asks for at a time: what is on the first screens, and no more. The next page comes long before its end. */
export const listPageSize = 12
/** A grid shows more of them at once. */
export const gridPageSize = 30
