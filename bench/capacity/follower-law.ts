export interface FollowerLaw {
  /** Followers of the person above whom this share of all people is, by fame: 0 is the most followed one. */
  followersAt: (share: number) => number
  /** The share of people with so many followers or more. */
  shareFrom: (followers: number) => number
  /** Followers a person in the mean, those of people with so many or more counted as none. */
  meanBelow: (followers: number) => number
}

/**
 * How followers are spread over people: the law of the bench's graph (bench/data/graph.ts), where the followers of the person
 * of rank r fall as r^−1/(exponent − 1), cut off at `most`; as a continuous function, since 10⁸ people are too many to draw.
 */
export function followerLaw({ mean, exponent, most }: { mean: number; exponent: number; most: number }): FollowerLaw {
  const power = 1 / (exponent - 1)
  // followers(share) = min(most, fewest · share^−power); `fewest` is found so that the mean is as asked.
  let [low, high] = [0, most]
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2
    if (meanOf(middle) < mean) low = middle
    else high = middle
  }
  const fewest = (low + high) / 2

  function shareOf(fewest: number, followers: number): number {
    return Math.min(1, (fewest / followers) ** (1 / power))
  }
  /** Followers of those who are less famous than this share, as a part of the mean. */
  function tail(fewest: number, share: number): number {
    return (fewest / (1 - power)) * (1 - share ** (1 - power))
  }
  function meanOf(fewest: number): number {
    const share = shareOf(fewest, most)
    return most * share + tail(fewest, share)
  }
  return {
    followersAt: (share) => Math.min(most, fewest * share ** -power),
    shareFrom: (followers) => (followers > most ? 0 : shareOf(fewest, followers)),
    meanBelow: (followers) => (followers > most ? mean : tail(fewest, shareOf(fewest, followers))),
  }
}
