import { type Component, metadataXml } from './component.ts';
import { APP_NAME } from './names.ts';

const PRINCIPAL = 'Hub';
/** Authentication parameter that an admin fills in Setup: values of secrets cannot be deployed. */
export const API_KEY_PARAMETER = 'ApiKey';
/** Carries the API key to the door. */
const API_KEY_HEADER = 'X-API-Key';

/**
 * The other way in: a Flow HTTP callout through a named credential that adds the API key as a header (Salesforce Help,
 * "Use API Keys in Custom Headers with Named Credentials"; Metadata API Developer Guide, "ExternalCredential",
 * "NamedCredential"). Who runs the flow needs the permission set.
 */
export function flowCallout(publicUrl: string): readonly Component[] {
  return [
    {
      type: 'ExternalCredential',
      member: APP_NAME,
      path: `externalCredentials/${APP_NAME}.externalCredential-meta.xml`,
      text: metadataXml('ExternalCredential', {
        authenticationProtocol: 'Custom',
        description: `Fill the authentication parameter ${API_KEY_PARAMETER} of the principal ${PRINCIPAL} in Setup.`,
        externalCredentialParameters: [
          { parameterName: PRINCIPAL, parameterType: 'NamedPrincipal', sequenceNumber: 1 },
          {
            parameterName: API_KEY_HEADER,
            parameterType: 'AuthHeader',
            parameterValue: `{!$Credential.${APP_NAME}.${API_KEY_PARAMETER}}`,
            sequenceNumber: 1,
          },
        ],
        label: APP_NAME,
      }),
    },
    {
      type: 'NamedCredential',
      member: APP_NAME,
      path: `namedCredentials/${APP_NAME}.namedCredential-meta.xml`,
      text: metadataXml('NamedCredential', {
        allowMergeFieldsInBody: false,
        allowMergeFieldsInHeader: true,
        calloutStatus: 'Enabled',
        generateAuthorizationHeader: false,
        label: APP_NAME,
        namedCredentialParameters: [
          { parameterName: 'Url', parameterType: 'Url', parameterValue: publicUrl },
          { externalCredential: APP_NAME, parameterName: 'ExternalCredential', parameterType: 'Authentication' },
        ],
        namedCredentialType: 'SecuredEndpoint',
      }),
    },
    {
      type: 'PermissionSet',
      member: `${APP_NAME}_Callout`,
      path: `permissionsets/${APP_NAME}_Callout.permissionset-meta.xml`,
      text: metadataXml('PermissionSet', {
        description: 'For everybody whose changes start the flow that calls Stagepost.',
        externalCredentialPrincipalAccesses: { enabled: true, externalCredentialPrincipal: `${APP_NAME}-${PRINCIPAL}` },
        hasActivationRequired: false,
        label: `${APP_NAME} Callout`,
      }),
    },
  ];
}
