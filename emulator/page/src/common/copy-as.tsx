import { SAMPLE_LANGUAGES, sampleFor, type SampleSubject } from 'hubtwin-page-kit/code-samples'
import type { JSX } from 'preact'
import { CopyButton } from './copy-button.tsx'

/**
 * Buttons that copy a program or a command which does the same.
 *
 * @param props.subject `undefined` while there is nothing to copy
 */
export function CopyAs({ subject }: { readonly subject: SampleSubject | undefined }): JSX.Element {
  const hub = { origin: location.origin, isLocal: true }
  return (
    <p class="copy-as">
      <span class="muted">Copy as</span>
      {SAMPLE_LANGUAGES.map((language) => (
        <CopyButton
          key={language}
          label={`Copy as ${language === 'curl' ? 'a curl command' : `${language} code`}`}
          disabled={subject === undefined}
          text={() => Promise.resolve((subject && sampleFor(subject, language, hub)) ?? '')}
        >
          {language}
        </CopyButton>
      ))}
    </p>
  )
}
