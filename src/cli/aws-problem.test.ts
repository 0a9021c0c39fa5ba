import { describe, expect, it } from 'vitest';
import { HubError } from '../domain/errors.ts';
import { awsProblem } from './aws-problem.ts';

function named(name: string, message = '', code?: string): Error {
  return Object.assign(new Error(message), { name, ...(code === undefined ? {} : { code }) });
}

const place = { name: 'acme', region: 'eu-central-1', profile: 'ops' };

describe('a failure of AWS', () => {
  it.each([
    [
      named('CredentialsProviderError', 'Token is expired. To refresh this SSO session run aws sso login'),
      'Your sign-in to AWS has run out.',
      'Sign in again: aws sso login --profile ops',
    ],
    [
      named('CredentialsProviderError', 'Could not resolve credentials using profile: [ops] in configuration file(s).'),
      'The AWS profile "ops" gives no credentials.',
      'Sign in (aws sso login --profile ops), or name a profile: AWS_PROFILE=<profile> npx stagepost ...',
    ],
    [
      named('ExpiredTokenException', 'The security token included in the request is expired'),
      'AWS does not take these credentials (ExpiredTokenException): they have run out, or are not right.',
      'Sign in again (aws sso login --profile ops), or name another profile: AWS_PROFILE=<profile> npx stagepost ...',
    ],
    [
      new Error('Region is missing'),
      'It is not said in which AWS region the hub is.',
      'Name it: AWS_REGION=eu-central-1 npx stagepost ..., or give the profile a region.',
    ],
    [
      named('ResourceNotFoundException', 'Requested resource not found'),
      'There is no hub called "acme" in eu-central-1: it has no table there.',
      'Name another deployment with --name <name> or STAGEPOST_NAME, another region with AWS_REGION.',
    ],
    [
      named('QueueDoesNotExist'),
      'The hub "acme" in eu-central-1 has no such queue; is all of it deployed?',
      'Name another deployment with --name <name> or STAGEPOST_NAME, another region with AWS_REGION.',
    ],
    [
      named('NoSuchBucket'),
      'The hub "acme" in eu-central-1 has no bucket for its files; is all of it deployed?',
      'Name another deployment with --name <name> or STAGEPOST_NAME, another region with AWS_REGION.',
    ],
    [
      named(
        'AccessDeniedException',
        'User: arn:aws:sts::111122223333:assumed-role/look/ada is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:eu-central-1:111122223333:table/acme because no identity-based policy allows the dynamodb:Query action',
      ),
      'These credentials may not do dynamodb:Query on arn:aws:dynamodb:eu-central-1:111122223333:table/acme.',
      'Have that right given to you, or use another profile; docs/looking-into-it.md lists what is needed.',
    ],
    [
      named('AccessDenied', 'Access Denied'),
      'These credentials may not do this.',
      'Have that right given to you, or use another profile; docs/looking-into-it.md lists what is needed.',
    ],
    [
      named('Error', 'getaddrinfo ENOTFOUND', 'ENOTFOUND'),
      'AWS does not answer in eu-central-1.',
      'Look whether the region is right and the network is up.',
    ],
  ])('is told in words: %s', (error, message, remedy) => {
    expect(awsProblem(error, place)).toMatchObject({ message, remedy });
  });

  it('is found behind what the store made of it', () => {
    const error = new HubError('store.unavailable', 'DynamoDB did not answer', {
      retry: { afterMs: 1 },
      cause: named('ResourceNotFoundException'),
    });
    expect(awsProblem(error, place)?.message).toBe(
      'There is no hub called "acme" in eu-central-1: it has no table there.',
    );
  });

  it('names no profile and no region where none is known', () => {
    const unknown = { name: 'acme', region: undefined, profile: undefined };
    expect(awsProblem(named('CredentialsProviderError'), unknown)).toMatchObject({
      message: 'There are no credentials for AWS.',
      remedy: 'Sign in (aws sso login), or name a profile: AWS_PROFILE=<profile> npx stagepost ...',
    });
    expect(awsProblem(named('NoSuchBucket'), unknown)?.message).toBe(
      'The hub "acme" has no bucket for its files; is all of it deployed?',
    );
  });

  it('that means nothing particular is left alone', () => {
    expect(awsProblem(named('ThrottlingException'), place)).toBeUndefined();
    expect(awsProblem('no error', place)).toBeUndefined();
  });
});
