/**
 * A digital twin model identifier of DTDL 2 to 4: path segments, then the version of the model.
 * From DTDL 3 on, the version may have a minor part, or be missing (docs/protocol/device.md §11).
 * The `@id` of an interface has at most 128 characters.
 */
const DTMI = /^(?=.{1,128}$)dtmi(?::[A-Za-z](?:\w*[A-Za-z0-9])?)+(?:;[1-9]\d{0,8}(?:\.(?:0|[1-9]\d{0,5}))?)?$/

export function isModelId(text: string): boolean {
  return DTMI.test(text)
}
