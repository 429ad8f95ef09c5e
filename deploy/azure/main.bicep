// The token service on Azure: Container Apps, Azure Managed Redis, IoT Hub, and a Key Vault.
//
//   az deployment group create --resource-group shop --template-file deploy/azure/main.bicep \
//     --parameters image=shop.azurecr.io/hubtwin-token-service:0.1.0 registryServer=shop.azurecr.io
//
// The app reads its two secrets from the vault by a managed identity. No person types them, and the
// deployment does not output them.

@description('The first part of the names, 3 to 11 lowercase letters and digits')
@minLength(3)
@maxLength(11)
param name string = 'hubtwin'

param location string = resourceGroup().location

@description('The image that deploy/Containerfile builds, with its tag or digest')
param image string

@description('The registry of the image. The managed identity needs the role AcrPull there. Empty: the image is public')
param registryServer string = ''

@description('The tier of the hub; docs/guides/deploy.md computes it from the size of the fleet')
@allowed(['F1', 'S1', 'S2', 'S3'])
param hubSku string = 'S1'

@minValue(1)
@maxValue(200)
param hubUnits int = 1

@description('The size of Azure Managed Redis')
param redisSku string = 'Balanced_B0'

@minValue(2)
param minReplicas int = 2

@maxValue(30)
param maxReplicas int = 10

@description('Origins of pages on other hosts, such as https://kiosk.example')
param origins array = []

var suffix = uniqueString(resourceGroup().id)
var secretsUserRole = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-874b-0445c86b69e6')
var originArguments = flatten(map(origins, origin => ['--origin', origin]))

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-tokens'
  location: location
}

resource hub 'Microsoft.Devices/IotHubs@2023-06-30' = {
  name: '${name}-${suffix}'
  location: location
  sku: {
    name: hubSku
    capacity: hubUnits
  }
  properties: {
    minTlsVersion: '1.2'
  }
}

resource redis 'Microsoft.Cache/redisEnterprise@2025-04-01' = {
  name: '${name}-${suffix}'
  location: location
  sku: {
    name: redisSku
  }
  properties: {
    highAvailability: 'Enabled'
    minimumTlsVersion: '1.2'
  }
}

// Without eviction: an evicted revocation would let a device in. The service refuses to run
// otherwise. All keys of a service share a slot, so the database needs no cluster-aware client.
resource database 'Microsoft.Cache/redisEnterprise/databases@2025-04-01' = {
  parent: redis
  name: 'default'
  properties: {
    port: 10000
    clientProtocol: 'Encrypted'
    clusteringPolicy: 'EnterpriseCluster'
    evictionPolicy: 'NoEviction'
    accessKeysAuthentication: 'Enabled'
    persistence: {
      aofEnabled: true
      aofFrequency: '1s'
    }
  }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: '${name}${suffix}'
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true
  }
}

resource hubSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'hub'
  properties: {
    // The policy "device" may only act as a device. It signs the device passwords.
    value: 'HostName=${hub.properties.hostName};SharedAccessKeyName=device;SharedAccessKey=${filter(hub.listkeys().value, key => key.keyName == 'device')[0].primaryKey}'
  }
}

resource storeSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'store-password'
  properties: {
    value: database.listKeys().primaryKey
  }
}

resource readsSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, identity.id, secretsUserRole)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: secretsUserRole
  }
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: 30
  }
}

resource appEnvironment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: '${name}-environment'
  location: location
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

resource app 'Microsoft.App/containerApps@2024-03-01' = {
  name: '${name}-tokens'
  location: location
  dependsOn: [readsSecrets]
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    environmentId: appEnvironment.id
    configuration: {
      ingress: {
        external: true
        targetPort: 8787
        transport: 'http'
        allowInsecure: false
      }
      registries: empty(registryServer) ? [] : [
        {
          server: registryServer
          identity: identity.id
        }
      ]
      secrets: [
        {
          name: 'hub'
          keyVaultUrl: hubSecret.properties.secretUri
          identity: identity.id
        }
        {
          name: 'store-password'
          keyVaultUrl: storeSecret.properties.secretUri
          identity: identity.id
        }
      ]
    }
    template: {
      terminationGracePeriodSeconds: 30
      containers: [
        {
          name: 'tokens'
          image: image
          args: concat([
            'serve'
            '--address'
            '0.0.0.0'
            '--static'
            'web-demo/dist'
            '--trust-proxy'
            '--metrics-port'
            '9464'
            '--drain-seconds'
            '10'
            '--origin'
            'https://${name}-tokens.${appEnvironment.properties.defaultDomain}'
          ], originArguments)
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
          env: [
            {
              name: 'IOTHUB_CONNECTION_STRING'
              secretRef: 'hub'
            }
            {
              name: 'HUBTWIN_STORE'
              value: 'rediss://${redis.properties.hostName}:${database.properties.port}'
            }
            {
              name: 'HUBTWIN_STORE_PASSWORD'
              secretRef: 'store-password'
            }
          ]
          probes: [
            {
              type: 'Liveness'
              httpGet: {
                path: '/healthz'
                port: 8787
              }
              periodSeconds: 10
            }
            {
              type: 'Readiness'
              httpGet: {
                path: '/readyz'
                port: 8787
              }
              periodSeconds: 3
              failureThreshold: 1
            }
          ]
        }
      ]
      scale: {
        minReplicas: minReplicas
        maxReplicas: maxReplicas
        rules: [
          {
            name: 'requests'
            http: {
              metadata: {
                concurrentRequests: '50'
              }
            }
          }
        ]
      }
    }
  }
}

@description('The address of the token service and its pages')
output url string = 'https://${app.properties.configuration.ingress.fqdn}'

@description('The host name for connection strings of devices')
output hubHostName string = hub.properties.hostName
