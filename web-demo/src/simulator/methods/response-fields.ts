import type { JsonValue } from 'hubtwin/light'
import { make, setText } from '../../shared/dom.ts'
import type { DeskResponse } from './method-desk.ts'

/** The fields of a response: its status and its payload. */
export interface ResponseFields {
  readonly status: HTMLElement
  readonly payload: HTMLElement
  /** @returns the response, or `undefined` after showing the problem */
  read(problem: HTMLElement): DeskResponse | undefined
}

const MAX_STATUS = 0x7fff_ffff

export function createResponseFields(): ResponseFields {
  const status = make('input', 'panel-number')
  Object.assign(status, { value: '200', inputMode: 'numeric', autocomplete: 'off' })
  const payload = make('input', 'panel-json')
  Object.assign(payload, {
    placeholder: '{ "done": true }',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: false,
  })

  return {
    status: make('label', 'panel-field', 'Status ', status),
    payload: make('label', 'panel-field', 'Payload ', payload),
    read(problem) {
      const number = Number(status.value)
      const isStatus = /^\d+$/.test(status.value.trim()) && number <= MAX_STATUS
      const value = readJson(payload.value)
      status.setAttribute('aria-invalid', String(!isStatus))
      payload.setAttribute('aria-invalid', String(!value.isValid))
      setText(
        problem,
        !isStatus
          ? `The status is “${status.value}”; expected a whole number from 0 to ${MAX_STATUS}.`
          : value.isValid
            ? ''
            : `The payload is not JSON: ${value.reason}.`,
      )
      return isStatus && value.isValid ? { status: number, payload: value.value } : undefined
    },
  }
}

type Read =
  | { readonly isValid: true; readonly value: JsonValue | undefined }
  | { readonly isValid: false; readonly reason: string }

function readJson(text: string): Read {
  if (text.trim() === '') return { isValid: true, value: undefined }
  try {
    return { isValid: true, value: JSON.parse(text) as JsonValue }
  } catch (error) {
    return { isValid: false, reason: (error as Error).message }
  }
}
