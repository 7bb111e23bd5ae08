import { useSyncExternalStore } from 'react'
import { uploader } from './engine.ts'
import type { Upload } from './uploader.ts'

/** How far each photo has come. */
export function useUploads(): ReadonlyMap<string, Upload> {
  return useSyncExternalStore(subscribe, () => uploader.snapshot())
}

function subscribe(listener: () => void): () => void {
  return uploader.subscribe(listener)
}
