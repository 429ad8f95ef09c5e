import { Socket } from 'node:net'

/** Node's public API only counts the resources that keep a process alive, by kind. */
interface Handles {
  _getActiveHandles(): readonly unknown[]
}

/**
 * This process's sockets to a port of this machine. They include every socket that a client forgot
 * to close.
 */
export function socketsTo(port: number): number {
  const handles = (process as unknown as Handles)._getActiveHandles()
  return handles.filter((handle) => handle instanceof Socket && handle.remotePort === port).length
}
