import { describe, expect, it } from 'vitest';
import { createDynamoClient } from './dynamo-client.ts';

const clock = { nowMs: () => 0 };

describe('an AWS client', () => {
  it('goes to the region that its variables name, whatever the profile of the machine says', async () => {
    const client = createDynamoClient({ variables: { AWS_REGION: 'eu-central-1' }, clock });
    expect(await client.config.region()).toBe('eu-central-1');
  });
});
