// The more particular first: Edge and Opera call themselves Chrome too, and Chrome Safari.
const programs: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\b(OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|Chromium|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'an iPhone'],
  [/\biPad\b/, 'an iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac(intosh| OS)/, 'a Mac'],
  [/\b(Linux|X11)\b/, 'Linux'],
]

/**
 * What somebody signs in with, as people would say it, from a User-Agent: `Firefox on Linux`. It stays the same over versions;
 * of a program that is no browser it is the first word.
 */
export function deviceOf(userAgent: string | null): string {
  if (userAgent === null) return 'an unknown program'
  const program = programs.find(([pattern]) => pattern.test(userAgent))?.[1]
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1]
  const named = program ?? (/^[\w.-]{1,40}(?=[/ ]|$)/.exec(userAgent)?.[0] || 'an unknown program')
  return system === undefined ? named : `${named} on ${system}`
}
