/** How tall the things of a list are in a certain width, and which of them were near the screen. */
export interface Measures {
  width: number
  heights: Map<string, number>
  near: Set<string>
}

type Written = Record<string, { width: number; heights: [string, number][]; near: string[] }>

const key = 'daguerre.measures'
const mostLists = 12
const mostHeights = 1_000

let known: Map<string, Measures> | null = null

/** What is known of a list. In another width than it was measured in, nothing is. */
export function measuresOf(name: string, width = 0): Measures {
  known ??= read()
  const found = known.get(name)
  if (found && (width === 0 || found.width === width)) return found
  const measures: Measures = { width, heights: new Map(), near: new Set() }
  // Before it has a width, nothing is measured that could be of use.
  if (width > 0) known.set(name, measures)
  return measures
}

function read(): Map<string, Measures> {
  try {
    const written = JSON.parse(sessionStorage.getItem(key) ?? '{}') as Written
    return new Map(
      Object.entries(written).map(([name, { width, heights, near }]) => [
        name,
        { width, heights: new Map(heights), near: new Set(near) },
      ]),
    )
  } catch {
    return new Map()
  }
}

/** For the page that is loaded after this one in the same tab. */
function write(): void {
  if (!known) return
  const written: Written = {}
  for (const [name, { width, heights, near }] of [...known].slice(-mostLists)) {
    written[name] = { width, heights: [...heights].slice(-mostHeights), near: [...near] }
  }
  try {
    sessionStorage.setItem(key, JSON.stringify(written))
  } catch {
    // Storage is full or forbidden: the next page estimates.
  }
}

if (typeof addEventListener === 'function') addEventListener('pagehide', write)
