/** A failure with a message for the user. The program prints it as a line and exits with 1. */
export class FleetFailure extends Error {
  override readonly name = 'FleetFailure'
}
