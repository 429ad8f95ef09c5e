/**
 * Makes text from a device, a hub, a JWT, or a user safe for a terminal, a log, and a line of JSON.
 * The result is a single line.
 *
 * These characters become `\uXXXX`:
 * - controls, because ESC and the C1 set command a terminal (ECMA-48 §5.3);
 * - format characters, because bidirectional controls reorder the text on screen (UAX #9 §2);
 * - line separators and lone surrogates.
 *
 * JSON keeps its meaning: these characters occur only inside its strings, where the same escape is
 * valid (RFC 8259 §7).
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escape(character.charCodeAt(index))).join(''),
  )
}

function escape(codeUnit: number): string {
  return `\\u${codeUnit.toString(16).padStart(4, '0')}`
}
