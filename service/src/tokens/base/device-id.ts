/** IoT Hub documentation, "Understand the identity registry": at most 128 of these characters. `:` and `;` are in the service's own API description. */
const DEVICE_ID = /^[A-Za-z0-9\-.+%_#*?!(),:;=@$']{1,128}$/

/**
 * Whether a hub can have a device of this ID.
 *
 * `.` and `..` are refused although each character is allowed: a URL parser removes them from a path (RFC 3986 §5.2.4), so a request about
 * such a device would reach another resource.
 */
export function isDeviceId(text: string): boolean {
  return DEVICE_ID.test(text) && text !== '.' && text !== '..'
}
