import { sampleFor } from 'hubtwin-page-kit/code-samples'
import { languagesOf, type SampleSubject } from 'hubtwin-page-kit/sample-subject'
import type { JSX } from 'preact'
import { CopyButton } from './copy-button.tsx'

interface CopyAsProps {
  readonly type: SampleSubject['type']
  /** Called at each click. */
  readonly subject: () => SampleSubject
  /** Whether there is nothing to copy. @default false */
  readonly disabled?: boolean
}

/** Buttons that copy a program or a command with the same effect. */
export function CopyAs({ type, subject, disabled = false }: CopyAsProps): JSX.Element {
  const hub = { origin: location.origin, isLocal: true }
  return (
    <p class="copy-as">
      <span class="muted">Copy as</span>
      {languagesOf(type).map((language) => (
        <CopyButton
          key={language}
          label={`Copy as ${language === 'curl' ? 'a curl command' : `${language} code`}`}
          disabled={disabled}
          text={async () => sampleFor(subject(), language, hub) ?? ''}
        >
          {language}
        </CopyButton>
      ))}
    </p>
  )
}
