import { make, setText } from '../../shared/dom.ts'

/** A field for something secret: what is at fault is told while it is typed, and of the rest the parts that may be seen. */
export interface SecretField {
  /** @returns the text, where there is nothing wrong with it; it stays in the field no longer */
  take(): string | undefined
  check(): void
}

export interface SecretFieldParts {
  readonly field: HTMLInputElement
  readonly fault: HTMLElement
  readonly parts: HTMLElement
  /** Says what is wrong with a text that is not empty. */
  faultOf(text: string): string | undefined
  readParts(text: string): readonly Part[]
  readonly whenEmpty: string
}

export interface Part {
  readonly name: string
  readonly value: string
  /** Its length is all that is shown. */
  readonly isSecret?: boolean
}

export function createSecretField({
  field,
  fault,
  parts,
  faultOf,
  readParts,
  whenEmpty,
}: SecretFieldParts): SecretField {
  function check(): string | undefined {
    const text = field.value.trim()
    const what = text === '' ? undefined : faultOf(text)
    setText(fault, what ?? '')
    field.setAttribute('aria-invalid', String(what !== undefined))
    parts.replaceChildren(...readParts(text).flatMap(showPart))
    return what
  }

  field.addEventListener('input', () => void check())

  return {
    check: () => void check(),
    take() {
      const text = field.value.trim()
      const what = check() ?? (text === '' ? whenEmpty : undefined)
      if (what !== undefined) {
        setText(fault, what)
        field.focus()
        return undefined
      }
      field.value = ''
      check()
      return text
    },
  }
}

function showPart({ name, value, isSecret }: Part): HTMLElement[] {
  if (value === '') return []
  const shown = isSecret ? `•••••••• (${value.length} characters)` : value
  return [make('dt', '', name), make('dd', isSecret ? 'muted' : '', shown)]
}

/** What a call throws, as a sentence. */
export function sentenceFrom(error: unknown): string {
  return error instanceof Error ? `${error.message}.` : String(error)
}
