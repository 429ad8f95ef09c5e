/**
 * Copies a text to the clipboard.
 *
 * @returns a word or a sentence about the outcome, for a status next to the button
 */
export async function copyText(text: string): Promise<string> {
  // Browsers offer a clipboard only on localhost and over TLS.
  const clipboard = navigator.clipboard as Clipboard | undefined
  if (clipboard === undefined) return 'The browser denies this page the clipboard. Select the text and copy it.'
  try {
    await clipboard.writeText(text)
    return 'Copied'
  } catch {
    return 'The browser denied the clipboard. Select the text and copy it.'
  }
}
