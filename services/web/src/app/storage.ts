/** A storage of the browser, which may be full or forbidden: then nothing is kept, and nothing breaks. */
function forgiving(storageOf: () => Storage) {
  function get(key: string): string | null {
    try {
      return storageOf().getItem(key)
    } catch {
      return null
    }
  }
  function set(key: string, value: string | null): void {
    try {
      if (value === null) storageOf().removeItem(key)
      else storageOf().setItem(key, value)
    } catch {
      // It holds until the page is left.
    }
  }
  return {
    get,
    set,
    /** What `write` has written; null if there is nothing, or nothing that can be read. */
    read<T>(key: string): T | null {
      try {
        return JSON.parse(get(key) ?? 'null') as T | null
      } catch {
        return null
      }
    },
    write(key: string, value: object | null): void {
      set(key, value && JSON.stringify(value))
    },
  }
}

/** Kept in this browser. */
export const storage = forgiving(() => localStorage)

/** Kept in this tab: it survives leaving the page and loading it again. */
export const tabStorage = forgiving(() => sessionStorage)
