import { join } from 'node:path';
import { Lacking } from './lacking.ts';
import { runCommand } from './run-command.ts';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate for the emulator's names, good for this run. Throws Lacking without openssl. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const certFile = join(folder, 'certificate.pem');
  const keyFile = join(folder, 'key.pem');
  const { code, stderr } = await runCommand('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=stagepost-e2e'],
    ...['-keyout', keyFile, '-out', certFile],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'extendedKeyUsage=serverAuth'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:*.execute-api.localhost'],
  ]);
  if (code === undefined) throw new Lacking('openssl', 'There is no openssl on the PATH; it makes the certificate.');
  if (code !== 0) throw new Lacking('openssl', `openssl makes no certificate: ${stderr.trim().split('\n').at(-1)}`);
  return { certFile, keyFile };
}
