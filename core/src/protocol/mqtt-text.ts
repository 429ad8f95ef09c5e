// The ES2022 types of this folder lack these two. Each call looks them up, so that a runtime
// without them can import this file.
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new (
  label: 'utf-8',
  options: { fatal: true; ignoreBOM: true },
) => { decode(bytes: Uint8Array): string }

export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/**
 * Reads a UTF-8 encoded string (MQTT 3.1.1 §1.5.3).
 *
 * @returns `undefined` when the bytes are not valid UTF-8 or hold U+0000
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
