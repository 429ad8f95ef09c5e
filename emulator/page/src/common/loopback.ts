/** Whether a name always means this machine. */
export function isLoopback(hostName: string): boolean {
  return hostName === 'localhost' || hostName === '::1' || hostName === '[::1]' || hostName.startsWith('127.')
}
