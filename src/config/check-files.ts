import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { Finding } from './config-problem.ts';
import type { Parts } from './read-parts.ts';

/** Bytes of a file. Rejects when there is none. */
export type ReadBytes = (path: string) => Promise<Uint8Array>;

/** DocuSign eSignature API, "Rules and limits": 25 MB per document; the stricter of the providers known here. */
const MAX_DOCUMENT_BYTES = 25_000_000;

/** The contracts' own PDFs: they are named relative to the configuration file, lie beside or below it, and are PDFs. */
export async function checkFiles(parts: Parts, configFile: string, readBytes: ReadBytes): Promise<readonly Finding[]> {
  const folder = dirname(configFile);
  const named = parts.contracts.flatMap(({ path, value }) =>
    value.documents.flatMap(({ file }, index) =>
      file === undefined ? [] : [{ path: [...path, 'documents', index, 'file'], file }],
    ),
  );
  const findings = await Promise.all(
    named.map(async ({ path, file }): Promise<readonly Finding[]> => {
      const full = resolve(folder, file);
      const below = relative(folder, full);
      if (isAbsolute(file) || below.startsWith('..') || isAbsolute(below)) {
        const right = 'put the file beside the configuration, or into a folder there, and name it from there';
        return [{ path, wrong: `"${file}" lies outside the folder of the configuration`, right }];
      }
      let bytes: Uint8Array;
      try {
        bytes = await readBytes(full);
      } catch {
        return [{ path, wrong: `there is no readable file "${file}"`, right: `put the PDF at ${full}` }];
      }
      if (Buffer.from(bytes.subarray(0, 5)).toString('latin1') !== '%PDF-') {
        return [{ path, wrong: `"${file}" is not a PDF`, right: 'save the document as PDF' }];
      }
      if (bytes.length > MAX_DOCUMENT_BYTES) {
        return [{ path, wrong: `"${file}" is larger than 25 MB`, right: 'make the PDF smaller' }];
      }
      return [];
    }),
  );
  return findings.flat();
}
