// Every local hub that `npm run emulator` starts has this device and this policy. Their keys are
// public and protect nothing.
export const LOCAL_DEVICE_CONNECTION_STRING =
  'HostName=localhost:10480;DeviceId=device1;' +
  'SharedAccessKey=aHVidHdpbi1kZXZlbG9wbWVudC1kZXZpY2Uta2V5LTA=;UseDevelopmentEmulator=true'

/** Its REST API, and its page. */
export const LOCAL_HUB_URL = 'http://localhost:10480/'

export const LOCAL_POLICY_CONNECTION_STRING =
  'HostName=localhost:10480;SharedAccessKeyName=iothubowner;' +
  'SharedAccessKey=aHVidHdpbi1kZXZlbG9wbWVudC1vd25lci1rZXktMDE=;UseDevelopmentEmulator=true'

/**
 * The connection string of a device of the local hub. Other devices than `device1` connect with the
 * key of the policy, which a hub accepts as well (docs/protocol/protocol.md §2).
 */
export function localConnectionString(deviceId: string): string {
  return deviceId === 'device1'
    ? LOCAL_DEVICE_CONNECTION_STRING
    : `${LOCAL_POLICY_CONNECTION_STRING};DeviceId=${deviceId}`
}
