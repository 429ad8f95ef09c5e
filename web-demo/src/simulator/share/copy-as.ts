import { languagesOf, type SampleHub, type SampleLanguage, type SampleSubject } from 'hubtwin-page-kit/sample-subject'
import { copyWith } from '../../shared/copy-buttons.ts'
import { make } from '../../shared/dom.ts'

/** The samples load on demand, with the first copy. */
async function copySample(
  button: HTMLButtonElement,
  language: SampleLanguage,
  subject: SampleSubject,
  hub: SampleHub,
): Promise<void> {
  const { sampleFor } = await import('hubtwin-page-kit/code-samples')
  await copyWith(button, sampleFor(subject, language, hub) ?? '')
}

/**
 * Buttons that copy a program or a command with the same effect.
 *
 * @param type of the subject
 * @param subject called at each click; `undefined` while there is nothing to copy
 * @param words in front of the buttons
 */
export function makeCopyAs(
  type: SampleSubject['type'],
  subject: () => SampleSubject | undefined,
  hub: () => SampleHub,
  words = 'Copy as',
): HTMLElement {
  const buttons = languagesOf(type).map((language) => {
    const button = make('button', 'quiet', language)
    button.type = 'button'
    button.ariaLabel = `Copy as ${language === 'curl' ? 'a curl command' : `${language} code`}`
    button.addEventListener('click', () => {
      const given = subject()
      if (given !== undefined) void copySample(button, language, given, hub())
    })
    return button
  })
  return make('p', 'copy-as', make('span', 'muted', words), ...buttons)
}
