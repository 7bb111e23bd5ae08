import { MissingError } from './costs.ts'

/** Puts a text between `<!-- name -->` and `<!-- /name -->` of a page. @throws MissingError if these are not there */
export function replaceGenerated(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from === -1 || to < from) throw new MissingError(`The page has no place for "${name}".`)
  return `${page.slice(0, from + begin.length)}\n${text}\n\n${page.slice(to)}`
}
