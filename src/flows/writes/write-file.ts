import { createHash } from 'node:crypto';
import type { ArchivedFile, Contract } from '../../domain/contract.ts';
import { HubError } from '../../domain/errors.ts';
import type { WriteObligation } from '../../domain/write-obligations.ts';
import { connectionOf } from '../connections.ts';
import type { WorkerParts } from '../parts.ts';
import { effectKeyOf } from '../plans/effect-key.ts';
import type { WriteWork } from './write-item.ts';
import type { WriteView } from './write-view.ts';

type FileObligation = Extract<WriteObligation, { do: 'file' }>;

/** Archives the signed document or the certificate, then attaches it to the CRM's record. */
export function fileWork(parts: WorkerParts): WriteWork<FileObligation> {
  const contractOf = ({ n }: FileObligation, view: WriteView) => view.contracts.find((each) => each.n === n);
  return {
    valueOf: (obligation, view) => contractOf(obligation, view)?.envelopeId ?? '-',
    isRepeatable: false,
    async write(obligation, view, intend) {
      const contract = contractOf(obligation, view);
      if (contract === undefined) throw noEnvelope(obligation.n);
      const { file, bytes } = await archive(contract, obligation.fileKind, view, parts);
      const note = `${obligation.fileKind === 'certificate' ? 'Certificate of completion' : 'Signed contract'} ${contract.n}: ${contract.subject ?? ''} (envelope ${contract.envelopeId ?? ''})`;
      await intend();
      const attached = await view.crm.attachFile(view.deal.leading.recordId, {
        effectKey: effectKeyOf(contract.dealId, obligation.key, 'file'),
        fileName: file.fileName,
        contentType: 'application/pdf',
        bytes,
        note,
      });
      const kilobytes = Math.ceil(file.bytes / 1024);
      return {
        done: true,
        note: `${file.fileName} (${kilobytes} KB, sha256 ${file.sha256.slice(0, 12)}) ${attached.existed ? 'was already attached' : 'archived and attached'} to the CRM record`,
      };
    },
  };
}

function noEnvelope(n: number): HubError {
  return new HubError('contract.no-envelope', `contract ${n} is signed but names no envelope; look at its timeline`, {
    retry: 'never',
  });
}

async function archive(
  contract: Contract,
  kind: ArchivedFile['kind'],
  view: WriteView,
  parts: WorkerParts,
): Promise<{ file: ArchivedFile; bytes: Uint8Array }> {
  const known = contract.files.find((each) => each.kind === kind);
  const stored = known === undefined ? undefined : await parts.files.get(known.fileKey);
  if (known !== undefined && stored !== undefined) return { file: known, bytes: stored };

  const esign = parts.esign(connectionOf(view.config, contract.connectionId));
  const { envelopeId } = contract;
  if (envelopeId === undefined) throw noEnvelope(contract.n);
  const bytes =
    kind === 'certificate' ? await esign.readCertificate(envelopeId) : await esign.readSignedDocument(envelopeId);
  const file: ArchivedFile = {
    kind,
    fileKey: `contracts/${contract.dealId}/${contract.n}/${kind}.pdf`,
    // Files of all deals lie in one folder of the CRM: the deal is part of the name, or one deal would get another's.
    fileName: `${contract.dealId}-contract-${contract.n}-${kind}.pdf`,
    bytes: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  await parts.files.put(file.fileKey, bytes, 'application/pdf');
  await noteFile(contract, file, parts);
  return { file, bytes };
}

async function noteFile(contract: Contract, file: ArchivedFile, parts: WorkerParts): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const current = await parts.store.loadContract(contract.dealId, contract.n);
    if (current === undefined) return;
    const files = [...current.files.filter((each) => each.kind !== file.kind), file];
    const saved = await parts.store.saveContract({ ...current, files, updatedAtMs: parts.clock.nowMs() });
    if (saved !== 'conflict') return;
  }
}
