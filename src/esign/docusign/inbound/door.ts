import type { Door } from '../../../webhooks/door.ts';
import { connectSignatures, verifyConnect } from '../signature.ts';

/**
 * Lets DocuSign Connect in. Connect signs the raw body and no time: a replayed message passes here and is recognised
 * by its id when it is recorded. Any 2xx within 100 seconds is DocuSign's yes.
 */
export const docusignDoor: Door = {
  provider: 'docusign',
  verify(request, secrets) {
    const signatures = connectSignatures(request.headers);
    if (verifyConnect(signatures, request.body, secrets.signingKeys)) return { ok: true };
    return { ok: false, cause: signatures.length === 0 ? 'signature-missing' : 'signature-wrong' };
  },
  acknowledge: () => ({ status: 200, headers: {}, body: '' }),
  keepHeaders: ['content-type'],
};
