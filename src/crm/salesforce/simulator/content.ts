import { createHash } from 'node:crypto';
import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { notSaved } from './failures.ts';
import type { MintId } from './ids.ts';
import type { Row, Tables } from './tables.ts';
import { textOf } from './tables.ts';
import { wireTime } from './times.ts';
import type { Unit } from './transactions.ts';
import type { Fields } from './values.ts';

/** Files: a version is uploaded, the org makes the document around it and the link to where it was published. */
export interface Content {
  /** Takes the bytes out of a new version's fields. Throws 400 when they are no base64. */
  prepare(type: string, fields: Fields): Fields;
  publish(unit: Unit, version: Row): void;
  bytes(versionId: string): Buffer | undefined;
}

const TYPES: Readonly<Record<string, string>> = { pdf: 'PDF', txt: 'TEXT', json: 'TEXT', png: 'PNG', docx: 'WORD_X' };

export function createContent(deps: { storage: SandboxStorage; tables: Tables; mint: MintId }): Content {
  const { tables, mint } = deps;
  const stored = deps.storage.records<string>('content-bytes');

  function document(unit: Unit, version: Row): string {
    const id = mint('ContentDocument');
    const shared = ['Title', 'Description', 'FileType', 'FileExtension', 'ContentSize', 'PublishStatus', 'OwnerId'];
    const system = ['CreatedDate', 'CreatedById', 'LastModifiedDate', 'LastModifiedById', 'SystemModstamp'];
    unit.put({
      id,
      type: 'ContentDocument',
      fields: {
        ...Object.fromEntries([...shared, ...system].map((name) => [name, version.fields[name] ?? null])),
        Id: id,
        IsDeleted: false,
        IsArchived: false,
        LatestPublishedVersionId: version.id,
        ContentModifiedDate: wireTime(unit.atMs),
      },
    });
    return id;
  }

  function link(unit: Unit, documentId: string, entityId: string, shareType: string): void {
    const id = mint('ContentDocumentLink');
    unit.put({
      id,
      type: 'ContentDocumentLink',
      fields: {
        Id: id,
        IsDeleted: false,
        LinkedEntityId: entityId,
        ContentDocumentId: documentId,
        ShareType: shareType,
        Visibility: 'AllUsers',
        SystemModstamp: wireTime(unit.nowMs),
      },
    });
  }

  return {
    prepare(type, fields) {
      if (type !== 'ContentVersion') return fields;
      const data = String(fields['VersionData']);
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data)) {
        throw notSaved('INVALID_BASE64', 'VersionData: not a valid base64 value', ['VersionData']);
      }
      const bytes = Buffer.from(data, 'base64');
      const path = String(fields['PathOnClient']);
      const extension = /\.([A-Za-z0-9]+)$/.exec(path)?.[1] ?? '';
      stored.set(String(fields['Id']), data);
      return {
        ...fields,
        VersionData: null,
        Title: fields['Title'] ?? path.replace(/^.*[\\/]/, '').replace(/\.[A-Za-z0-9]+$/, ''),
        FileExtension: extension === '' ? null : extension,
        FileType: TYPES[extension.toLowerCase()] ?? (extension === '' ? 'UNKNOWN' : extension.toUpperCase()),
        ContentSize: bytes.length,
        Checksum: createHash('md5').update(bytes).digest('hex'),
        IsLatest: true,
        VersionNumber: '1',
      };
    },
    publish(unit, version) {
      if (version.type !== 'ContentVersion') return;
      const existing = version.fields['ContentDocumentId'];
      if (typeof existing === 'string') {
        for (const older of tables.referring('ContentVersion', 'ContentDocumentId', existing)) {
          if (older.id === version.id) continue;
          unit.touch({ ...older, fields: { ...older.fields, IsLatest: false } });
        }
        const found = tables.get('ContentDocument', existing);
        if (found === undefined) return;
        const changes = { LatestPublishedVersionId: version.id, ContentSize: version.fields['ContentSize'] ?? null };
        unit.put({ ...found, fields: { ...found.fields, ...changes } });
        return;
      }
      const documentId = document(unit, version);
      unit.put({ ...version, fields: { ...version.fields, ContentDocumentId: documentId } });
      link(unit, documentId, textOf(version, 'OwnerId'), 'I');
      const location = version.fields['FirstPublishLocationId'];
      if (typeof location === 'string') link(unit, documentId, location, 'V');
    },
    bytes(versionId) {
      const data = stored.get(versionId);
      return data === undefined ? undefined : Buffer.from(data, 'base64');
    },
  };
}
