import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { reasonOf } from './reason.ts'

interface CopyProps {
  readonly text: () => Promise<string>
  readonly label: string
  readonly children?: string
}

/** Copies a text to the clipboard and confirms it. */
export function CopyButton({ text, label, children = 'Copy' }: CopyProps): JSX.Element {
  const [notice, setNotice] = useState('')
  const copy = async (): Promise<void> => {
    try {
      // Browsers offer a clipboard only on localhost and over TLS.
      const clipboard = navigator.clipboard as Clipboard | undefined
      if (clipboard === undefined) throw new Error('The browser denies this page the clipboard')
      await clipboard.writeText(await text())
      setNotice('Copied')
    } catch (error) {
      setNotice(reasonOf(error))
    }
    setTimeout(() => setNotice(''), 2000)
  }
  return (
    <>
      <button type="button" class="quiet" aria-label={label} onClick={() => void copy()}>
        {children}
      </button>
      <span class="notice" role="status">
        {notice}
      </span>
    </>
  )
}
