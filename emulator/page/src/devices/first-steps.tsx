import type { JSX } from 'preact'

/** What to do while nothing is there yet. */
export function NoConnection(): JSX.Element {
  return (
    <div class="lesson">
      <p>No device is connected. Open one, copy its connection string, and start your program with it:</p>
      <pre>
        <code>IOTHUB_DEVICE_CONNECTION_STRING='HostName=…' node device.js</code>
      </pre>
      <p>
        In hubtwin's own repository <code>npm run demo:receive-desired-properties</code> is such a program, and{' '}
        <code>npm run web</code> a device in a page.
      </p>
    </div>
  )
}

export function NoDevice({ isFiltered }: { readonly isFiltered: boolean }): JSX.Element {
  return (
    <p class="lesson">
      {isFiltered ? 'No device is like that.' : 'The hub has no device. Add one, or let your back end register some.'}
    </p>
  )
}
