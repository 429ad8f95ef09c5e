import { copyText } from 'hubtwin-page-kit/copy-text'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { reasonOf } from './reason.ts'

interface CopyProps {
  readonly text: () => Promise<string>
  readonly label: string
  readonly disabled?: boolean
  readonly children?: string
}

const NOTICE_IN_MS = 2000

/** Copies a text to the clipboard. The button itself confirms, so that nothing moves. */
export function CopyButton({ text, label, disabled = false, children = 'Copy' }: CopyProps): JSX.Element {
  const [notice, setNotice] = useState('')
  const copy = async (): Promise<void> => {
    setNotice(await text().then(copyText, reasonOf))
    setTimeout(() => setNotice(''), NOTICE_IN_MS)
  }
  const isCopied = notice === 'Copied'
  return (
    <>
      <button
        type="button"
        class="quiet copy"
        aria-label={label}
        disabled={disabled}
        data-copied={isCopied}
        onClick={() => void copy()}
      >
        {children}
      </button>
      <span class={isCopied ? 'visually-hidden' : 'notice'} role="status">
        {notice}
      </span>
    </>
  )
}
