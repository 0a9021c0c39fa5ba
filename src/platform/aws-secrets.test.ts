import { beforeEach, describe, expect, it } from 'vitest';
import { createSecretsClient } from './aws/secrets-client.ts';
import { createAwsSecrets } from './aws-secrets.ts';

const clock = { atMs: 0, nowMs: () => clock.atMs };
let reads: string[];
let stored: Record<string, string>;
let failure: { statusCode: number; type: string } | undefined;

function secrets(prefix?: string) {
  const client = createSecretsClient({
    variables: {},
    clock,
    awsRequestHandler: () => ({
      async handle(request: { body: Uint8Array }) {
        const { SecretId } = JSON.parse(new TextDecoder().decode(request.body)) as { SecretId: string };
        reads.push(SecretId);
        const answer = (statusCode: number, body: object) => ({
          response: {
            statusCode,
            headers: { 'content-type': 'application/x-amz-json-1.1' },
            body: new TextEncoder().encode(JSON.stringify(body)),
          },
        });
        if (failure !== undefined) return answer(failure.statusCode, { __type: failure.type });
        const value = stored[SecretId];
        if (value === undefined) return answer(400, { __type: 'ResourceNotFoundException', message: 'not found' });
        return answer(200, { SecretString: value });
      },
    }),
  });
  return createAwsSecrets({ client, clock, ...(prefix === undefined ? {} : { prefix }) });
}

beforeEach(() => {
  clock.atMs = 1_000_000;
  reads = [];
  stored = { hs: '{"signingKeys":["new","old"],"accessToken":"t"}' };
  failure = undefined;
});

describe('secrets in Secrets Manager', () => {
  it('are read once in five minutes', async () => {
    const read = secrets();
    expect(await read.read('hs')).toEqual({ signingKeys: ['new', 'old'], accessToken: 't' });
    clock.atMs += 299_999;
    await read.read('hs');
    expect(reads).toEqual(['hs']);
    clock.atMs += 1;
    await read.read('hs');
    expect(reads).toEqual(['hs', 'hs']);
  });

  it('are read once by many at the same time', async () => {
    const read = secrets();
    await Promise.all([read.read('hs'), read.read('hs'), read.read('hs', { refresh: true })]);
    expect(reads).toEqual(['hs']);
  });

  it('are refreshed on demand, at most every 30 seconds', async () => {
    const read = secrets();
    await read.read('hs');
    stored['hs'] = '{"signingKeys":["newest"]}';
    clock.atMs += 29_999;
    expect((await read.read('hs', { refresh: true })).signingKeys).toEqual(['new', 'old']);
    clock.atMs += 1;
    expect((await read.read('hs', { refresh: true })).signingKeys).toEqual(['newest']);
    await read.read('hs', { refresh: true });
    expect(reads).toHaveLength(2);
  });

  it('have names with the prefix of the deployment', async () => {
    stored['stagepost/prod/hs'] = '{"signingKeys":["k"]}';
    expect((await secrets('stagepost/prod/').read('hs')).signingKeys).toEqual(['k']);
  });

  it('need no signing keys', async () => {
    stored['ds'] = '{"privateKey":"pem"}';
    expect(await secrets().read('ds')).toEqual({ privateKey: 'pem', signingKeys: [] });
  });

  it('that are missing are named', async () => {
    await expect(secrets('p/').read('nobody')).rejects.toMatchObject({
      code: 'secrets.missing',
      retry: 'never',
      message: expect.stringContaining('p/nobody does not exist'),
    });
  });

  it.each([
    ['is not JSON', 'canary-value{'],
    ['is not a JSON object', '["canary-value"]'],
    ['has a field "nested"', '{"signingKeys":[],"nested":{"canary-value":1}}'],
    ['has "signingKeys" that is not a list', '{"signingKeys":"canary-value"}'],
  ])('that make no sense are named, but never quoted: %s', async (what, text) => {
    stored['hs'] = text;
    const error: unknown = await secrets()
      .read('hs')
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'secrets.missing', message: expect.stringContaining(what) });
    expect(String((error as Error).message)).not.toContain('canary-value');
  });

  it('that are missing are asked for again after 5 seconds, however often somebody knocks', async () => {
    const read = secrets();
    for (let n = 0; n < 20; n += 1) await expect(read.read('nobody')).rejects.toThrow('does not exist');
    expect(reads).toHaveLength(1);
    stored['nobody'] = '{"signingKeys":["k"]}';
    clock.atMs += 4999;
    await expect(read.read('nobody')).rejects.toThrow('does not exist');
    clock.atMs += 1;
    expect((await read.read('nobody')).signingKeys).toEqual(['k']);
  });

  it('that were deleted are missing, although AWS keeps them for some days', async () => {
    failure = { statusCode: 400, type: 'InvalidRequestException' };
    await expect(secrets().read('hs')).rejects.toMatchObject({
      code: 'secrets.missing',
      message: expect.stringContaining('was deleted; restore it'),
    });
  });

  it('that may not be read are missing to us, until the right comes back', async () => {
    failure = { statusCode: 400, type: 'AccessDeniedException' };
    await expect(secrets().read('hs')).rejects.toMatchObject({
      code: 'secrets.missing',
      retry: { afterMs: 30_000 },
      context: { secret: 'hs' },
      message: expect.stringContaining('does not exist or may not be read (AccessDeniedException)'),
    });
  });

  it('that cannot be read are worth another try, and a failure is not remembered', async () => {
    const read = secrets();
    failure = { statusCode: 400, type: 'ThrottlingException' };
    await expect(read.read('hs')).rejects.toMatchObject({ code: 'secrets.unavailable', retry: { afterMs: 1_000 } });
    failure = undefined;
    expect((await read.read('hs')).signingKeys).toEqual(['new', 'old']);
  });
});
