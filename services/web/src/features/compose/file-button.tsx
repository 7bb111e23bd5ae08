import { type ReactElement, type ReactNode, useRef } from 'react'
import { Button } from '../../ui/button.tsx'
import { accepted } from './accepted.ts'

/** A button that asks for photos: those that are there, or one that is taken now. */
export function FileButton({
  onAdd,
  camera = false,
  look = 'quiet',
  className,
  label,
  children,
}: {
  onAdd: (files: File[]) => void
  camera?: boolean
  look?: 'primary' | 'quiet'
  className?: string | undefined
  /** Where what is in it is no words. */
  label?: string
  children: ReactNode
}): ReactElement {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept={camera ? 'image/*' : accepted}
        multiple={!camera}
        {...(camera ? { capture: 'environment' } : {})}
        onChange={(event) => {
          onAdd([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      {className === undefined ? (
        <Button look={look} onClick={() => input.current?.click()}>
          {children}
        </Button>
      ) : (
        <button
          type="button"
          className={className}
          aria-label={label}
          title={label}
          onClick={() => input.current?.click()}
        >
          {children}
        </button>
      )}
    </>
  )
}
