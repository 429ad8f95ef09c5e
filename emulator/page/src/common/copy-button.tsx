import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { reasonOf } from './problem.ts'

interface CopyProps {
  readonly text: () => Promise<string>
  readonly label: string
  readonly children?: string
}

/** Puts a text onto the clipboard, and says so. */
export function CopyButton({ text, label, children = 'Copy' }: CopyProps): JSX.Element {
  const [said, setSaid] = useState('')
  const copy = async (): Promise<void> => {
    try {
      // Outside localhost and TLS there is none.
      const clipboard = navigator.clipboard as Clipboard | undefined
      if (clipboard === undefined) throw new Error('The browser has no clipboard for this page')
      await clipboard.writeText(await text())
      setSaid('Copied')
    } catch (error) {
      setSaid(reasonOf(error))
    }
    setTimeout(() => setSaid(''), 2000)
  }
  return (
    <>
      <button type="button" class="quiet" aria-label={label} onClick={() => void copy()}>
        {children}
      </button>
      <span class="said" role="status">
        {said}
      </span>
    </>
  )
}
