/** What came of an archive is shown for a month; its ZIP is gone when its posts are here. */
export const archiveKeptHours = 720
