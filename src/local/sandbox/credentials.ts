import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Keys of the simulated accounts. Made once per state folder; worth nothing anywhere else. */
export interface SandboxCredentials {
  readonly hubspot: { readonly clientSecret: string; readonly accessToken: string };
  readonly salesforce: { readonly signingKey: string; readonly clientId: string; readonly clientSecret: string };
  readonly docusign: { readonly privateKeyPem: string; readonly publicKeyPem: string; readonly hmacKey: string };
}

export function createCredentials(): SandboxCredentials {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    hubspot: {
      clientSecret: randomBytes(24).toString('hex'),
      accessToken: `pat-eu1-${randomBytes(16).toString('hex')}`,
    },
    salesforce: {
      signingKey: randomBytes(32).toString('base64url'),
      clientId: `3MVG9${randomBytes(24).toString('base64url')}`,
      clientSecret: randomBytes(32).toString('hex'),
    },
    docusign: { privateKeyPem: privateKey, publicKeyPem: publicKey, hmacKey: randomBytes(32).toString('base64') },
  };
}

/** The credentials of this state folder: a restart must not lock the hub out of its own simulators. */
export async function keepCredentials(file: string | undefined): Promise<SandboxCredentials> {
  const created = createCredentials();
  if (file === undefined) return created;
  const kept = await readKept(file);
  const missing = Object.keys(created).filter((name) => !Object.hasOwn(kept, name));
  const all = { ...created, ...kept };
  if (missing.length === 0) return all;
  await mkdir(dirname(file), { recursive: true });
  // Written aside and renamed: a kill in between leaves no half a file.
  await writeFile(`${file}.new`, JSON.stringify(all), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return all;
}

/** An older hub kept fewer. */
async function readKept(file: string): Promise<Partial<SandboxCredentials>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Partial<SandboxCredentials>;
  } catch {
    return {};
  }
}
