import { TABLE_SCHEMA } from '../../store/table-schema.ts';
import { type AwsAnswer, type AwsEndpoint, jsonOf, operationOf } from './aws-call.ts';
import type { CloudSwitches } from './switches.ts';

/** Listings lag behind the table in DynamoDB: with the switch on, a query of the index answers what it did before. */
export function makeListingsStale(endpoint: AwsEndpoint, switches: CloudSwitches, random: () => number): AwsEndpoint {
  const earlier = new Map<string, AwsAnswer>();
  return async (request) => {
    if (switches.staleListings === 0 || operationOf(request) !== 'Query') return endpoint(request);
    const body = await jsonOf(request);
    if (body['IndexName'] !== TABLE_SCHEMA.listing.indexName) return endpoint(request);
    const question = JSON.stringify(body);
    const before = earlier.get(question);
    if (before !== undefined && random() < switches.staleListings) return before;
    const answer = await endpoint(request);
    if (answer.statusCode === 200) earlier.set(question, answer);
    return answer;
  };
}
