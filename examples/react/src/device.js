// The device of the local hub (npx hubtwin-emulator). Its key is public and protects nothing.
//
// A page for others must not contain a key. For a hub in Azure, export credentials instead:
//   tokenCredentials({ hostName, deviceId }, async (signal) =>
//     (await fetch('/api/token', { method: 'POST', signal })).json())
export const device =
  'HostName=localhost:10480;DeviceId=device1;SharedAccessKey=aHVidHdpbi1kZXZlbG9wbWVudC1kZXZpY2Uta2V5LTA=;UseDevelopmentEmulator=true'
