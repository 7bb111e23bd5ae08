import { readFile, stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { Place } from '@daguerre/contracts'
import type { Logger } from '@daguerre/kit/log'
import { type CityResponse, Reader } from 'mmdb-lib'

/** Tells where addresses are. */
export interface Places {
  /** Roughly, by an address as the gateway says it; null: it is not known. */
  find: (address: string | undefined) => Place | null
}

export const noPlaces: Places = { find: () => null }

/**
 * Places by a file in MaxMind's format (GeoLite2 City or Country, DB-IP and the like), which is held in memory. `reload` takes what has come in its place.
 * Without a file that can be read no place is known, and nobody is kept out for that.
 */
export function createPlaces({ path, log }: { path: string; log: Logger }): Places & { reload: () => Promise<void> } {
  let reader: Reader<CityResponse> | null = null
  let readAt = 0
  return {
    find(address) {
      if (reader === null || address === undefined || isIP(address) === 0) return null
      const found = reader.get(address)
      const country = found?.country?.iso_code
      return country === undefined ? null : { country, city: found?.city?.names.en ?? null }
    },
    async reload() {
      try {
        const { mtimeMs } = await stat(path)
        if (mtimeMs === readAt) return
        reader = new Reader<CityResponse>(await readFile(path))
        readAt = mtimeMs
        log.info({ built: reader.metadata.buildEpoch, type: reader.metadata.databaseType }, 'places are known')
      } catch (error) {
        log.error({ err: error }, 'the file of places cannot be read: those of before stay')
      }
    },
  }
}

const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' })

/** A place in words, for mails. */
export function nameOfPlace({ country, city }: Place): string {
  const name = /^[A-Z]{2}$/.test(country) ? (countries.of(country) ?? country) : country
  return city === null ? name : `${city}, ${name}`
}
