/**
 * What a page needs is asked for as soon as it is clear where somebody goes, while its code still loads. Nothing here waits:
 * pages show by themselves that something is still to come.
 */
export const loaders = {
  home(): void {},
  explore(): void {},
  global(): void {},
  tag(_tag: string): void {},
  profile(_username: string): void {},
  post(_id: string): void {},
}
