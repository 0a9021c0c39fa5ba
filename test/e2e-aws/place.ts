import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { type Certificate, makeCertificate } from './certificate.ts';

export const REGION = 'us-east-1';

/** MiniStack's own root user. Everybody else, the functions' roles above all, is held to their policies. */
const ROOT = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' } as const;

export interface Place {
  readonly port: number;
  readonly endpoint: string;
  readonly certificate: Certificate;
  /** For the emulator, and with that for the functions that it starts. */
  readonly emulatorVariables: Readonly<Record<string, string>>;
}

/**
 * Makes this process, and whatever it starts, see the emulator as its only AWS: its variables are put in place of all
 * others, so no credential, profile, endpoint or proxy of the caller is left.
 *
 * @param folder everything of this run lies in it
 * @param commands folder with `python` and `aws`
 */
export async function moveIn(folder: string, commands: string): Promise<Place> {
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true });
  await mkdir(join(folder, 'tmp'), { recursive: true });
  const empty = join(folder, 'no-aws-settings');
  await writeFile(empty, '');
  // The CDK would fetch its news.
  await writeFile(join(home, '.cdk.json'), '{ "notices": false }');
  const certificate = await makeCertificate(folder);
  const port = await freePort();
  const endpoint = `https://127.0.0.1:${port}`;
  const everywhere = {
    // The functions are to run on this Node, as on Lambda on version 24.
    PATH: [commands, dirname(process.execPath), process.env['PATH'] ?? '/usr/bin:/bin'].join(':'),
    HOME: home,
    TMPDIR: join(folder, 'tmp'),
    LANG: 'C.UTF-8',
    PYTHONPATH: fileURLToPath(new URL('python', import.meta.url)),
    PYTHONDONTWRITEBYTECODE: '1',
    NODE_OPTIONS: `--import=${new URL('only-loopback.ts', import.meta.url).href}`,
    NODE_EXTRA_CA_CERTS: certificate.certFile,
    AWS_CONFIG_FILE: empty,
    AWS_SHARED_CREDENTIALS_FILE: empty,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...ROOT,
  };
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, {
    ...everywhere,
    AWS_ENDPOINT_URL: endpoint,
    AWS_CA_BUNDLE: certificate.certFile,
    AWS_REGION: REGION,
    AWS_PAGER: '',
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  });
  tls.setDefaultCACertificates([readFileSync(certificate.certFile, 'utf8')]);
  const emulatorVariables = {
    ...everywhere,
    GATEWAY_PORT: String(port),
    USE_SSL: '1',
    MINISTACK_SSL_CERT: certificate.certFile,
    MINISTACK_SSL_KEY: certificate.keyFile,
    MINISTACK_REGION: REGION,
    // Holds every call to the policies of its role, of its queue and of its bucket.
    AUTH: 'true',
  };
  return { port, endpoint, certificate, emulatorVariables };
}

/** A port that was free a moment ago: the emulator has to know it before it begins. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
