/**
 * At most 128 of the characters that IoT Hub allows ("Understand the identity registry in your IoT
 * hub"). `:` and `;` come from the service's own API description.
 */
const DEVICE_ID = /^[A-Za-z0-9\-.+%_#*?!(),:;=@$']{1,128}$/

/** The rule for an ID, for errors. */
export const DEVICE_ID_RULE = '1 to 128 letters, digits and - . + % _ # * ? ! ( ) , : ; = @ $ \', not "." or ".."'

/**
 * Reports whether a hub can have a device with this ID.
 *
 * Rejects `.` and `..` although each character is allowed: a URL parser removes them from a path
 * (RFC 3986 §5.2.4), so a request for such a device would reach another resource.
 */
export function isDeviceId(text: string): boolean {
  return DEVICE_ID.test(text) && text !== '.' && text !== '..'
}
