import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Keys of the simulated accounts. Made once per state folder; worth nothing anywhere else. */
export interface SandboxCredentials {
  readonly hubspot: { readonly clientSecret: string; readonly accessToken: string };
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
    docusign: { privateKeyPem: privateKey, publicKeyPem: publicKey, hmacKey: randomBytes(32).toString('base64') },
  };
}

/** The credentials of this state folder: a restart must not lock the hub out of its own simulators. */
export async function keepCredentials(file: string | undefined): Promise<SandboxCredentials> {
  if (file === undefined) return createCredentials();
  try {
    return JSON.parse(await readFile(file, 'utf8')) as SandboxCredentials;
  } catch {
    const created = createCredentials();
    await mkdir(dirname(file), { recursive: true });
    // Written aside and renamed: a kill in between leaves no half a file.
    await writeFile(`${file}.new`, JSON.stringify(created), { mode: 0o600 });
    await rename(`${file}.new`, file);
    return created;
  }
}
