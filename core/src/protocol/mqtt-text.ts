interface Encoder {
  encode(text: string): Uint8Array
}
interface Decoder {
  decode(bytes: Uint8Array): string
}

// The ES2022 types of this folder lack these two. The first call looks them up, so that a runtime
// without them can import this file.
declare const TextEncoder: new () => Encoder
declare const TextDecoder: new (label: 'utf-8', options: { fatal: true; ignoreBOM: true }) => Decoder
let encoder: Encoder | undefined
let decoder: Decoder | undefined

export function encodeText(text: string): Uint8Array {
  encoder ??= new TextEncoder()
  return encoder.encode(text)
}

/**
 * Reads a UTF-8 encoded string (MQTT 3.1.1 §1.5.3).
 *
 * @returns `undefined` when the bytes are not valid UTF-8 or hold U+0000
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  try {
    const text = decoder.decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
