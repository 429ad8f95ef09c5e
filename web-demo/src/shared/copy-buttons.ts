import { copyText } from 'hubtwin-page-kit/copy-text'
import { setText } from './dom.ts'

const NOTICE_IN_MS = 2000

/**
 * Makes each button with `data-copy` copy the text of the element with that ID. The button itself
 * confirms.
 */
export function createCopyButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
    button.addEventListener('click', () => {
      const source = document.getElementById(button.dataset['copy'] ?? '')
      void copyWith(button, source?.textContent ?? '')
    })
  }
}

/** Copies a text, and shows the outcome on the button for a moment. */
export async function copyWith(button: HTMLButtonElement, text: string): Promise<void> {
  const words = button.dataset['words'] ?? button.textContent
  button.dataset['words'] = words
  setText(button, await copyText(text))
  setTimeout(() => setText(button, words), NOTICE_IN_MS)
}
