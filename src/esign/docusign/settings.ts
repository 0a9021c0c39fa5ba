import * as z from 'zod';
import { isAuthHost } from './hosts.ts';

const guid = z.guid('must be a GUID such as 9d5f0c1e-4b7a-4c52-8d0e-2f6a1b3c4d5e');

const settings = z.strictObject({
  /** "API Account ID" on the Apps and Keys page. */
  accountId: guid,
  /** "User ID" on the Apps and Keys page: the person or service user that the hub acts as. */
  userId: guid,
  integrationKey: guid,
  authHost: z
    .string()
    .refine(isAuthHost, {
      message:
        'must be account.docusign.com (production), account-d.docusign.com (developer) or a loopback URL of the sandbox such as http://127.0.0.1:4202',
    })
    .default('account-d.docusign.com'),
});

const secret = z.strictObject({
  /** Connect HMAC keys of the account, newest first. */
  signingKeys: z.array(z.string().min(1)).min(1),
  privateKey: z
    .string()
    .regex(/-----BEGIN (RSA )?PRIVATE KEY-----/, 'must be the PEM text of the RSA private key of the integration'),
});

export type DocuSignSettings = z.infer<typeof settings>;

/** What a DocuSign connection needs in the configuration file and in its secret. */
export const docusignSettings = {
  provider: 'docusign',
  role: 'esign',
  settings,
  secret,
  /** Promises the account id in the form in which the signed body of a webhook carries it, or '' if there is none. */
  accountIdOf: (value: Readonly<Record<string, unknown>>): string => {
    const accountId = value.accountId;
    return typeof accountId === 'string' ? accountId.toLowerCase() : '';
  },
} as const;
