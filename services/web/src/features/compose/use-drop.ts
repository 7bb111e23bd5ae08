import { useEffect, useRef, useState } from 'react'

/** Files that are dropped anywhere on the page, or pasted. True while some are held over it. */
export function useDrop(onFiles: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false)
  const latest = useRef(onFiles)
  useEffect(() => {
    latest.current = onFiles
  })

  useEffect(() => {
    // What is dragged goes in and out of every element on its way.
    let depth = 0
    function hasFiles(event: DragEvent): boolean {
      return event.dataTransfer?.types.includes('Files') ?? false
    }
    function onEnter(event: DragEvent): void {
      if (!hasFiles(event)) return
      depth += 1
      setOver(true)
    }
    function onLeave(event: DragEvent): void {
      if (!hasFiles(event)) return
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    function onDragOver(event: DragEvent): void {
      if (hasFiles(event)) event.preventDefault()
    }
    function onDrop(event: DragEvent): void {
      if (!hasFiles(event)) return
      event.preventDefault()
      depth = 0
      setOver(false)
      take(event.dataTransfer?.files)
    }
    function onPaste(event: ClipboardEvent): void {
      const { files, types } = event.clipboardData ?? {}
      const isText = types?.includes('text/plain') && event.target instanceof HTMLTextAreaElement
      if (!files?.length || isText) return
      event.preventDefault()
      take(files)
    }
    function take(files: FileList | undefined): void {
      // A dialog is about something else.
      if (files?.length && !document.querySelector('dialog[open]')) latest.current([...files])
    }
    addEventListener('dragenter', onEnter)
    addEventListener('dragleave', onLeave)
    addEventListener('dragover', onDragOver)
    addEventListener('drop', onDrop)
    addEventListener('paste', onPaste)
    return () => {
      removeEventListener('dragenter', onEnter)
      removeEventListener('dragleave', onLeave)
      removeEventListener('dragover', onDragOver)
      removeEventListener('drop', onDrop)
      removeEventListener('paste', onPaste)
    }
  }, [])
  return isOver
}
