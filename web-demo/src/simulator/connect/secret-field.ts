import { make, setText } from '../../shared/dom.ts'

/**
 * A field for a secret. While you type, it shows the problem of the text and the parts that are
 * not secret.
 */
export interface SecretField {
  /** Empties the field. @returns its text, or `undefined` if the text has a problem */
  take(): string | undefined
  check(): void
}

export interface SecretFieldParts {
  readonly field: HTMLInputElement
  readonly problem: HTMLElement
  readonly parts: HTMLElement
  /** @param text never empty */
  findProblem(text: string): string | undefined
  /** Removes the text that a person pasted around the secret. */
  unwrap(text: string): string
  readParts(text: string): readonly Part[]
  readonly whenEmpty: string
}

export interface Part {
  readonly name: string
  readonly value: string
  /** Whether to show only the length. */
  readonly isSecret?: boolean
}

export function createSecretField({
  field,
  problem,
  parts,
  findProblem,
  unwrap,
  readParts,
  whenEmpty,
}: SecretFieldParts): SecretField {
  function check(): string | undefined {
    const text = unwrap(field.value)
    const found = field.value.trim() === '' ? undefined : findProblem(text)
    setText(problem, found ?? '')
    field.setAttribute('aria-invalid', String(found !== undefined))
    parts.replaceChildren(...readParts(text).flatMap(showPart))
    return found
  }

  field.addEventListener('input', () => void check())
  // An input field joins pasted lines, so this reads them first.
  field.addEventListener('paste', (event) => {
    const pasted = event.clipboardData?.getData('text') ?? ''
    if (!/[\r\n]/.test(pasted.trim())) return
    event.preventDefault()
    field.value = unwrap(pasted)
    check()
  })

  return {
    check: () => void check(),
    take() {
      const text = unwrap(field.value)
      const found = check() ?? (text === '' ? whenEmpty : undefined)
      if (found !== undefined) {
        setText(problem, found)
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

/** The message of an error, as a sentence. */
export function sentenceFrom(error: unknown): string {
  return error instanceof Error ? `${error.message}.` : String(error)
}
