import { Socket } from 'node:net'

/**
 * Node has no public name for what keeps a process alive, but for how many of each kind there are.
 */
interface Handles {
  _getActiveHandles(): readonly unknown[]
}

/**
 * This process's own sockets to a port of this machine: what a client left behind is among them,
 * whoever lost track of it.
 */
export function socketsTo(port: number): number {
  const handles = (process as unknown as Handles)._getActiveHandles()
  return handles.filter((handle) => handle instanceof Socket && handle.remotePort === port).length
}
